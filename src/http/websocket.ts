/**
 * A WebSocket as a connection: what the browser says comes out as the records of wire/web.ts, and what the
 * server says are frames already, written to the stream as they are.
 */
// @ts-types="npm:@types/ws@8.18.2"
import { type RawData, type ServerOptions, type WebSocket, WebSocketServer } from "ws";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Connection } from "../server/session.ts";
import { ByteReader } from "../wire/byte_reader.ts";
import { utf8 } from "../wire/dialect.ts";
import { OPCODE, record } from "../wire/web.ts";
import { refuseAndEnd } from "./reply.ts";
import { refused } from "./route.ts";
import type { ConnectionStream } from "./stream.ts";

/** So much may have come in and not been taken, before no more is read. */
const MAX_WAITING_BYTES = 16 * 1024;

/** Each piece of a message that is not whole costs a hundred bytes or more to hold, however small it is. */
const MAX_FRAGMENTS = 256;
const MAX_READS = 2048;

/** The one version that there is, and how its connections end, as RFC 6455 numbers it. */
const VERSION = "13";
const OPEN = 1;
const CLOSE = { normal: 1000, wrongKind: 1003 } as const;

/** Makes WebSockets of requests to upgrade. */
export class Upgrader {
  #server: WebSocketServer;

  constructor({ maxMessageBytes }: { maxMessageBytes: number }) {
    this.#server = new WebSocketServer({
      noServer: true,
      maxPayload: maxMessageBytes,
      maxFragments: MAX_FRAGMENTS,
      maxBufferedChunks: MAX_READS,
      // Compressed bytes may become a thousand times as many.
      perMessageDeflate: false,
      // Pings are answered in their turn, like all that is asked.
      autoPong: false,
      clientTracking: false,
      // Whatever somebody would like to speak inside of it, it is not spoken here.
      handleProtocols: () => false,
    } as ServerOptions);
    this.#server.on("wsClientError", (error: Error, stream: Duplex) => {
      refuseAndEnd(stream, refused(400, error.message));
    });
  }

  /** Answers the request; `open` is called with the connection if it was a good one. */
  upgrade(
    { request, stream, head }: {
      request: IncomingMessage;
      stream: ConnectionStream;
      head: Uint8Array;
    },
    open: (connection: Connection) => void,
  ) {
    if (request.headers["sec-websocket-version"] !== VERSION) {
      const version = { "Sec-WebSocket-Version": VERSION };
      return refuseAndEnd(stream, refused(426, "this version is not spoken here", version));
    }
    this.#server.handleUpgrade(request, stream, head as never, (socket) => {
      open(connectionOver(socket, stream));
    });
  }
}

function connectionOver(socket: WebSocket, stream: ConnectionStream): Connection {
  // One buffer for all of them: a thousand pings, each by itself, would cost fifty times their bytes.
  const waiting = new ByteReader();
  let isOver = false;
  let wake = () => {};

  const take = (opcode: number, payload: Uint8Array) => {
    waiting.push(record(opcode, payload));
    if (waiting.length > MAX_WAITING_BYTES) socket.pause();
    wake();
  };
  const end = () => {
    isOver = true;
    wake();
  };
  socket.on("message", (data: RawData, isBinary: boolean) => {
    if (!isBinary) return take(OPCODE.text, data as Uint8Array);
    socket.close(CLOSE.wrongKind, "messages are text");
    take(OPCODE.close, utf8("messages are text"));
  });
  socket.on("ping", (payload: Uint8Array) => take(OPCODE.ping, payload));
  socket.on("pong", (payload: Uint8Array) => take(OPCODE.pong, payload));
  // It is closed already, with the code that says what was wrong; the session is to end too.
  let isBroken = false;
  socket.on("error", ({ message }: Error) => {
    isBroken = true;
    take(OPCODE.close, utf8(message));
  });
  socket.on("close", end);
  // Both sides have said goodbye: nothing follows, though the peer may take its time to hang up.
  stream.once("finish", () => isBroken || end());

  return {
    async read(buffer) {
      while (waiting.length === 0) {
        if (isOver) return null;
        await new Promise<void>((resolve) => wake = resolve);
      }
      const count = Math.min(waiting.length, buffer.length);
      buffer.set(waiting.peek(count));
      waiting.exactly(count).next();
      if (socket.isPaused && waiting.length <= MAX_WAITING_BYTES / 2) socket.resume();
      return count;
    },
    write(bytes) {
      // Nothing may follow a goodbye, and that it is not said is no sign that the peer is gone.
      const isSaid = socket.readyState === OPEN || stream.destroyed;
      return isSaid ? stream.send(bytes) : Promise.resolve(bytes.length);
    },
    closeWrite() {
      // Whoever does not take the goodbye is cut off by the session's own deadline.
      socket.resume();
      socket.close(CLOSE.normal);
      return Promise.resolve();
    },
    close: () => socket.terminate(),
  };
}
