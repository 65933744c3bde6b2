/**
 * HTTP on the port that everything else comes in by: connections that begin with it are handed to Node's
 * parser, asked who they are, and answered from a table of routes; a WebSocket goes back to the door, as one
 * more dialect.
 */
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from "node:http";
import type { Duplex } from "node:stream";
import type { Door, Reception, Visit } from "../server/door.ts";
import type { Log } from "../server/log.ts";
import type { Connection } from "../server/session.ts";
import { type AccessOptions, isLocal, refusal } from "./access.ts";
import { bodyOf } from "./body.ts";
import { ownAddresses } from "./own_address.ts";
import { refuseAndEnd, reply } from "./reply.ts";
import { type Answer, find, refused, type Route } from "./route.ts";
import { ConnectionStream, ended } from "./stream.ts";
import { Upgrader } from "./websocket.ts";

/** They may change while it is used. */
export interface WebLimits {
  /** Time for a request to arrive whole, and for the next one to begin. */
  requestMilliseconds: number;
  /** Time that a byte may wait for a peer that reads slowly. */
  maxQueueMilliseconds: number;
}

export interface WebOptions {
  routes: readonly Route[];
  access: AccessOptions;
  /** Whether what is for this machine only is for everybody all the same. */
  isOpen(route: Route): boolean;
  maxMessageBytes: number;
  limits: WebLimits;
  log: Log;
  now(): number;
}

/** Somebody who has come in by HTTP. */
interface Visitor {
  stream: ConnectionStream;
  visit: Visit;
  door: Door;
  /** Since when a request is awaited; Infinity while one is being answered. */
  askingSince: number;
  /** How many requests have come in and are not answered. */
  waiting: number;
  /** The one whose body is awaited, if there is one. */
  reading?: IncomingMessage | undefined;
  /** Whether what came after them cannot be read. */
  isLost: boolean;
  /** The session that its connection has become, if it has. */
  session?: Promise<void>;
}

/** The path of the WebSocket. */
const SOCKET = "/socket";
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_BODY_BYTES = 64 * 1024;

/** Requests that one connection may have sent before the first of them is answered. */
const MAX_WAITING = 32;

export class Web {
  #options: WebOptions;
  #server: Server;
  #upgrader: Upgrader;
  #visitors = new Map<Duplex, Visitor>();
  #closing = new AbortController();

  constructor(options: WebOptions) {
    this.#options = options;
    this.#upgrader = new Upgrader(options);
    this.#server = createServer({
      maxHeaderSize: MAX_HEADER_BYTES,
      requireHostHeader: false,
      // Deadlines are looked at in check(): a stream that is no socket has no timers.
      keepAliveTimeout: 0,
      // Who offers to speak something else, as some do with HTTP/2, is answered in what it speaks now.
      shouldUpgradeCallback: ({ headers }: IncomingMessage) =>
        headers.upgrade?.toLowerCase() === "websocket",
    } as ServerOptions);
    // A server that does not listen would hang up after each answer; the door listens for this one.
    Object.defineProperty(this.#server, "listening", { value: true });
    // No header is left out: what decides who may ask could be the last. Their bytes have a maximum.
    this.#server.maxHeadersCount = 0;
    // Who has nothing more to say still waits for its answer.
    (this.#server as { httpAllowHalfOpen?: boolean }).httpAllowHalfOpen = true;
    this.#listen();
  }

  #listen() {
    const server = this.#server;
    server.on("request", (request, response) => this.#asked(request, response));
    server.on("checkExpectation", (request, response) => this.#asked(request, response));
    server.on("upgrade", (request, stream, head) => this.#upgrade(request, stream, head));
    server.on("connect", (_, stream) => refuseAndEnd(stream, refused(405, "this is no proxy")));
    server.on("clientError", (error, stream) => this.#misunderstood(error, stream));
  }

  /** Serves a connection to its end. Never rejects. */
  receive: Reception = async (connection, { head, door, ...visit }) => {
    const { now } = this.#options;
    const stream = new ConnectionStream(connection, { head, now });
    const isLost = false;
    const visitor: Visitor = { stream, visit, door, askingSince: now(), waiting: 0, isLost };
    this.#visitors.set(stream, visitor);
    const end = ended(stream);
    this.#server.emit("connection", stream);
    await end;
    this.#visitors.delete(stream);
    await visitor.session;
  };

  /** Looks whether any deadline has passed. Called about once a second. */
  check() {
    const { now, limits: { requestMilliseconds, maxQueueMilliseconds } } = this.#options;
    for (const { stream, askingSince, session } of this.#visitors.values()) {
      // A session has deadlines of its own, and a last word when one has passed.
      if (session) continue;
      const isLate = now() - askingSince > requestMilliseconds;
      const { writingSince } = stream;
      const isSlow = writingSince > 0 && now() - writingSince > maxQueueMilliseconds;
      if (isLate || isSlow) stream.destroy();
    }
  }

  /** Ends all that is no session, answers first. Returns when all of it is gone. */
  async close(): Promise<void> {
    this.#closing.abort();
    const visitors = [...this.#visitors.values()].filter(({ session }) => !session);
    await Promise.all(visitors.map((visitor) => {
      if (visitor.waiting === 0) visitor.stream.destroy();
      return ended(visitor.stream);
    }));
  }

  async #asked(request: IncomingMessage, response: ServerResponse) {
    const visitor = this.#visitors.get(request.socket as Duplex);
    if (!visitor || visitor.waiting >= MAX_WAITING) return void request.socket.destroy();
    const { signal } = this.#closing;
    visitor.waiting++;
    visitor.askingSince = Math.min(visitor.askingSince, this.#options.now());
    try {
      const answer = await this.#answer(request, visitor);
      visitor.askingSince = Infinity;
      if (signal.aborted) response.shouldKeepAlive = false;
      if (answer !== "gone") await reply(answer, { request, response, signal });
    } catch (error) {
      // It has begun, and there is no end that it could be given.
      this.#failed(visitor, error);
      request.socket.destroy();
    }
    visitor.waiting--;
    if (visitor.waiting > 0) return;
    visitor.askingSince = this.#options.now();
    if (visitor.isLost || signal.aborted) visitor.stream.end(() => visitor.stream.destroy());
  }

  async #answer(request: IncomingMessage, visitor: Visitor): Promise<Answer | "gone"> {
    const refusal = this.#refusal(request);
    if (refusal) return refusal;
    const url = urlOf(request);
    if (!url) return refused(400, "that is no path");
    const { headers, method = "" } = request;
    const { routes, isOpen } = this.#options;
    const found = find(routes, { method, path: url.pathname });
    if (!found) return refused(404, "there is nothing here");
    if ("allowed" in found) {
      return refused(405, "not with this method", { Allow: found.allowed.join(", ") });
    }
    const { route, parameters } = found;
    const { peer } = visitor.visit;
    if (route.isLocal && !isOpen(route) && !isLocal(peer, headers)) {
      return refused(403, "only for those on the server's own machine");
    }
    visitor.reading = request;
    const body = await bodyOf(request, route.maxBodyBytes ?? MAX_BODY_BYTES);
    visitor.reading = undefined;
    if (body === "gone") return body;
    if (body === "too much") return refused(413, "that is too much", { Connection: "close" });
    visitor.askingSince = Infinity;
    try {
      const query = url.searchParams;
      return await route.answer({ method, parameters, query, headers, body, peer });
    } catch (error) {
      this.#failed(visitor, error);
      return refused(500, "this went wrong, and it is our fault");
    }
  }

  #failed({ visit: { peer } }: Visitor, error: unknown) {
    this.#options.log("error", "a request failed", { peer, error });
  }

  /** What is refused whatever it asks for. */
  #refusal({ headers, rawHeaders }: IncomingMessage): Answer | undefined {
    // Node takes the first of two, and others on the way here may have taken the second.
    const hosts = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === "host");
    if (hosts.length !== 1) return refused(400, "a request has one Host header");
    const why = refusal(headers, this.#options.access);
    if (why !== undefined) return refused(403, why);
    const { expect } = headers;
    const isMet = expect === undefined || /(^|\W)100-continue(\W|$)/i.test(expect);
    return isMet ? undefined : refused(417, "nothing else is to be expected here");
  }

  #upgrade(request: IncomingMessage, stream: Duplex, head: Uint8Array) {
    const visitor = this.#visitors.get(stream);
    // Answers to what was asked before would come in between.
    if (!visitor || visitor.waiting > 0) return void stream.destroy();
    stream.on("error", () => {});
    const refusal = this.#refusal(request);
    if (refusal) return refuseAndEnd(stream, refusal);
    if (urlOf(request)?.pathname !== SOCKET) {
      return refuseAndEnd(stream, refused(404, "there is nothing here"));
    }
    this.#upgrader.upgrade(
      { request, stream: visitor.stream, head },
      (connection) => this.#open(visitor, connection, request),
    );
  }

  /** From here on it is a session like any other, with deadlines of its own. */
  #open(visitor: Visitor, connection: Connection, { headers }: IncomingMessage) {
    const { door, visit } = visitor;
    const { hosts } = this.#options.access;
    const addresses = ownAddresses(headers, { visit, hosts });
    visitor.session = door.enter(connection, { ...visit, addresses, dialect: "web" });
  }

  /** What came in is no HTTP, or is more than it may be: nothing after it can be read. */
  #misunderstood({ code }: Error & { code?: string }, stream: Duplex) {
    const visitor = this.#visitors.get(stream);
    if (!visitor || visitor.isLost) return;
    visitor.isLost = true;
    stream.removeAllListeners("data");
    // What came whole before it is answered first; there is no answer to this one then.
    const isInside = visitor.waiting === 1 && visitor.reading?.complete === false;
    if (visitor.waiting > 0 && !isInside) return;
    const isTooMuch = code === "HPE_HEADER_OVERFLOW";
    refuseAndEnd(
      stream,
      isTooMuch ? refused(431, "that is too much") : refused(400, "that is no HTTP request"),
    );
  }
}

/** The path and the query; undefined for what is no path of a server's, such as a proxy would be asked. */
function urlOf({ url = "" }: IncomingMessage): URL | undefined {
  if (!url.startsWith("/")) return undefined;
  return URL.parse(`http://host${url}`) ?? undefined;
}
