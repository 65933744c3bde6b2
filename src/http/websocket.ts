/**
 * A WebSocket as a connection: what the browser says comes out as the records of wire/web.ts, and what the
 * server says are frames already, written to the stream as they are.
 */
// @ts-types="npm:@types/ws@8.18.2"
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Connection } from "../server/session.ts";
import { OPCODE, record } from "../wire/web.ts";
import { writing } from "./stream.ts";

/** So much may have come in and not been taken, before no more is read. */
const MAX_WAITING_BYTES = 16 * 1024;

/** How WebSocket connections end, as RFC 6455 numbers it. */
const CLOSE = { normal: 1000, wrongKind: 1003 } as const;

/** Makes WebSockets of requests to upgrade. */
export class Upgrader {
  #server: WebSocketServer;

  constructor({ maxMessageBytes }: { maxMessageBytes: number }) {
    this.#server = new WebSocketServer({
      noServer: true,
      maxPayload: maxMessageBytes,
      // Compressed bytes may become a thousand times as many.
      perMessageDeflate: false,
      // Pings are answered in their turn, like all that is asked.
      autoPong: false,
      clientTracking: false,
    });
  }

  /** Answers the request; `open` is called with the connection if it was a good one. */
  upgrade(
    { request, stream, head }: { request: IncomingMessage; stream: Duplex; head: Uint8Array },
    open: (connection: Connection) => void,
  ) {
    this.#server.handleUpgrade(request, stream, head as never, (socket) => {
      open(connectionOver(socket, stream));
    });
  }
}

function connectionOver(socket: WebSocket, stream: Duplex): Connection {
  const waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let isOver = false;
  let wake = () => {};

  const take = (opcode: number, payload: Uint8Array) => {
    const bytes = record(opcode, payload);
    waiting.push(bytes);
    waitingBytes += bytes.length;
    if (waitingBytes > MAX_WAITING_BYTES) socket.pause();
    wake();
  };
  socket.on("message", (data: RawData, isBinary: boolean) => {
    if (isBinary) return socket.close(CLOSE.wrongKind, "messages are text");
    take(OPCODE.text, data as Uint8Array);
  });
  socket.on("ping", (payload: Uint8Array) => take(OPCODE.ping, payload));
  socket.on("close", () => {
    isOver = true;
    wake();
  });
  // It is closed with the code that says what was wrong; nobody else has to hear of it.
  socket.on("error", () => {});

  return {
    async read(buffer) {
      while (waiting.length === 0) {
        if (isOver) return null;
        await new Promise<void>((resolve) => wake = resolve);
      }
      const [first] = waiting as [Uint8Array];
      const count = Math.min(first.length, buffer.length);
      buffer.set(first.subarray(0, count));
      if (count === first.length) waiting.shift();
      else waiting[0] = first.subarray(count);
      waitingBytes -= count;
      if (socket.isPaused && waitingBytes <= MAX_WAITING_BYTES / 2) socket.resume();
      return count;
    },
    write: writing(stream),
    closeWrite() {
      // Whoever does not take the goodbye is cut off by the session's own deadline.
      socket.resume();
      socket.close(CLOSE.normal);
      return Promise.resolve();
    },
    close: () => socket.terminate(),
  };
}
