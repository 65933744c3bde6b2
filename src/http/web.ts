/**
 * HTTP on the port that everything else comes in by: connections that begin with it are handed to Node's
 * parser, asked who they are, and answered from a table of routes; a WebSocket goes back to the door, as one
 * more dialect.
 */
import { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Door, Reception } from "../server/door.ts";
import type { Log } from "../server/log.ts";
import type { Connection } from "../server/session.ts";
import { type AccessOptions, isLocal, refusal } from "./access.ts";
import { type Answer, find, refused, type Route } from "./route.ts";
import { ConnectionStream, ended } from "./stream.ts";
import { Upgrader } from "./websocket.ts";

export interface WebOptions {
  routes: readonly Route[];
  access: AccessOptions;
  /** Whether what is for this machine only is for everybody all the same. */
  isOpen(route: Route): boolean;
  maxMessageBytes: number;
  /** Time for a request to arrive whole, and for the next one to begin. */
  requestMilliseconds: number;
  /** Time that a byte may wait for a peer that reads slowly. */
  maxQueueMilliseconds: number;
  log: Log;
  now(): number;
}

/** Somebody who has come in by HTTP. */
interface Visitor {
  stream: ConnectionStream;
  peer: string;
  door: Door;
  /** Since when a request is awaited; Infinity while one is being answered. */
  askingSince: number;
  /** The session that its connection has become, if it has. */
  session?: Promise<void>;
}

/** The path of the WebSocket. */
const SOCKET = "/socket";
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_BODY_BYTES = 64 * 1024;

/**
 * Said with every answer: nothing is loaded from anywhere else, nothing that is no script is taken for one,
 * nobody learns where a link was clicked, and no other page may show this one inside of it.
 */
const HEADERS = {
  "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; " +
    "img-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; " +
    "frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
};

export class Web {
  #options: WebOptions;
  #server: Server;
  #upgrader: Upgrader;
  #visitors = new Map<Duplex, Visitor>();

  constructor(options: WebOptions) {
    this.#options = options;
    this.#upgrader = new Upgrader(options);
    this.#server = createServer(
      { maxHeaderSize: MAX_HEADER_BYTES, requireHostHeader: false },
      (request, response) => this.#asked(request, response),
    );
    this.#server.on("upgrade", (request, stream, head) => this.#upgrade(request, stream, head));
    this.#server.on("connect", (_, stream) => sayAndEnd(stream, 405, "this is no proxy"));
    this.#server.on("clientError", (error, stream) => this.#misunderstood(error, stream));
  }

  /** Serves a connection to its end. Never rejects. */
  receive: Reception = async (connection, { head, peer, door }) => {
    const { now } = this.#options;
    const stream = new ConnectionStream(connection, { head, now });
    const visitor: Visitor = { stream, peer, door, askingSince: now() };
    this.#visitors.set(stream, visitor);
    const end = ended(stream);
    this.#server.emit("connection", stream);
    await end;
    this.#visitors.delete(stream);
    await visitor.session;
  };

  /** Looks whether any deadline has passed. Called about once a second. */
  check() {
    const { now, requestMilliseconds, maxQueueMilliseconds } = this.#options;
    for (const { stream, askingSince } of this.#visitors.values()) {
      const isLate = now() - askingSince > requestMilliseconds;
      const { writingSince } = stream;
      const isSlow = writingSince > 0 && now() - writingSince > maxQueueMilliseconds;
      if (isLate || isSlow) stream.destroy();
    }
  }

  /** Ends all that is no session. */
  close() {
    for (const { stream, session } of this.#visitors.values()) {
      if (!session) stream.destroy();
    }
  }

  async #asked(request: IncomingMessage, response: ServerResponse) {
    const visitor = this.#visitors.get(request.socket as Duplex);
    if (!visitor) return void response.destroy();
    let answer: Answer;
    try {
      answer = await this.#answer(request, visitor);
    } catch (error) {
      this.#options.log("error", "a request failed", { peer: visitor.peer, error });
      answer = refused(500, "this went wrong, and it is our fault");
    }
    visitor.askingSince = Infinity;
    await write(answer, { request, response });
    visitor.askingSince = this.#options.now();
  }

  async #answer(request: IncomingMessage, { peer }: Visitor): Promise<Answer> {
    const { access, routes, isOpen } = this.#options;
    const { headers, method = "" } = request;
    const why = refusal(headers, access);
    if (why !== undefined) return refused(403, why);
    const url = urlOf(request);
    if (!url) return refused(400, "that is no path");
    const found = find(routes, { method, path: url.pathname });
    if (!found) return refused(404, "there is nothing here");
    if ("allowed" in found) {
      return refused(405, "not with this method", { Allow: found.allowed.join(", ") });
    }
    const { route, parameters } = found;
    if (route.isLocal && !isOpen(route) && !isLocal(peer, headers)) {
      return refused(403, "only for those on the server's own machine");
    }
    const body = await bodyOf(request, route.maxBodyBytes ?? MAX_BODY_BYTES);
    if (!body) return refused(413, "that is too much", { Connection: "close" });
    return await route.answer({ method, parameters, query: url.searchParams, headers, body, peer });
  }

  #upgrade(request: IncomingMessage, stream: Duplex, head: Uint8Array) {
    const visitor = this.#visitors.get(stream);
    if (!visitor) return void stream.destroy();
    stream.on("error", () => {});
    const why = refusal(request.headers, this.#options.access);
    if (why !== undefined) return sayAndEnd(stream, 403, why);
    if (urlOf(request)?.pathname !== SOCKET) return sayAndEnd(stream, 404, "there is nothing here");
    this.#upgrader.upgrade(
      { request, stream, head },
      (connection) => this.#open(visitor, connection),
    );
  }

  /** From here on it is a session like any other, with deadlines of its own. */
  #open(visitor: Visitor, connection: Connection) {
    visitor.askingSince = Infinity;
    visitor.session = visitor.door.enter(connection, { peer: visitor.peer, dialect: "web" });
  }

  /** What came in is no HTTP, or is more than it may be. */
  #misunderstood(error: Error & { code?: string }, stream: Duplex) {
    const isTooMuch = error.code === "HPE_HEADER_OVERFLOW";
    if (isTooMuch) sayAndEnd(stream, 431, "that is too much");
    else sayAndEnd(stream, 400, "that is no HTTP request");
  }
}

/** The path and the query; undefined for what is no path of a server's, such as a proxy would be asked. */
function urlOf({ url = "" }: IncomingMessage): URL | undefined {
  if (!url.startsWith("/")) return undefined;
  return URL.parse(`http://host${url}`) ?? undefined;
}

/** The whole body; undefined if it is longer than it may be. */
async function bodyOf(request: IncomingMessage, maxBytes: number): Promise<Uint8Array | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) return undefined;
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of request) {
    pieces.push(piece);
    length += piece.length;
    if (length > maxBytes) return undefined;
  }
  const body = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    body.set(piece, at);
    at += piece.length;
  }
  return body;
}

/** Resolves when the peer has taken it, or is gone. */
async function write(
  { status, headers = {}, body = "" }: Answer,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  const done = Promise.withResolvers<void>();
  response.once("close", done.resolve);
  response.once("error", done.resolve);
  const isWhole = typeof body === "string" || body instanceof Uint8Array;
  const length = isWhole && status !== 304 ? { "Content-Length": Buffer.byteLength(body) } : {};
  response.writeHead(status, { ...HEADERS, ...headers, ...length });
  if (request.method === "HEAD") response.end();
  else if (isWhole) response.end(body);
  else await pour(body, response);
  await done.promise;
}

/** Writes pieces as fast as the peer takes them, until there are no more or it goes away. */
async function pour(pieces: AsyncIterable<string>, response: ServerResponse) {
  const iterator = pieces[Symbol.asyncIterator]();
  const gone = new Promise<void>((resolve) => response.once("close", resolve));
  let isGone = false;
  gone.then(() => {
    isGone = true;
    iterator.return?.();
  });
  for (let next = await iterator.next(); !next.done && !isGone; next = await iterator.next()) {
    if (response.write(next.value)) continue;
    await Promise.race([gone, new Promise<void>((resolve) => response.once("drain", resolve))]);
  }
  response.end();
}

function sayAndEnd(stream: Duplex, status: number, reason: string) {
  const body = JSON.stringify({ error: reason }) + "\n";
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    "Content-Type: application/json",
    `Content-Length: ${body.length}`,
    "Connection: close",
    ...Object.entries(HEADERS).map(([name, value]) => `${name}: ${value}`),
  ];
  if (stream.writable) stream.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
