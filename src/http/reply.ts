/** Answers as they are written: what goes with every one of them, and how fast. */
import { Buffer } from "node:buffer";
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Answer } from "./route.ts";

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

/** What belongs to one request. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  /** Ends an answer that would go on for as long as its peer is there. */
  signal: AbortSignal;
}

/** Resolves when the peer has taken it, or is gone. Rejects if it cannot be written, or its pieces fail. */
export async function reply(
  { status, headers = {}, body = "" }: Answer,
  { request, response, signal }: Exchange,
): Promise<void> {
  if (response.destroyed || request.socket.destroyed) return;
  const closed = Promise.withResolvers<void>();
  response.once("close", closed.resolve);
  response.once("error", closed.resolve);
  const isWhole = typeof body === "string" || body instanceof Uint8Array;
  const length = isWhole && status !== 304 ? { "Content-Length": Buffer.byteLength(body) } : {};
  response.writeHead(status, { ...HEADERS, ...headers, ...length });
  if (request.method === "HEAD") response.end();
  else if (isWhole) response.end(body);
  else await Promise.race([pour(body, response, signal), closed.promise]);
  await closed.promise;
}

/** Writes pieces as fast as the peer takes them, until there are no more, or it goes away, or is told to. */
async function pour(pieces: AsyncIterable<string>, response: ServerResponse, signal: AbortSignal) {
  const iterator = pieces[Symbol.asyncIterator]();
  const stop = () => {
    response.end();
    // Whatever it has to say to this, nobody hears it any more.
    iterator.return?.().catch(() => {});
  };
  response.once("close", stop);
  signal.addEventListener("abort", stop);
  try {
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      if (response.writableEnded) return;
      if (!response.write(next.value)) await drained(response);
    }
    response.end();
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Resolves when more may be written, or nothing more can be. */
function drained(response: ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const events = ["drain", "close"];
  for (const event of events) response.once(event, resolve);
  return promise.finally(() => events.forEach((event) => response.off(event, resolve)));
}

/** An answer by hand, where there is no request to answer; then the connection's end. */
export function refuseAndEnd(stream: Duplex, { status, headers, body }: Answer) {
  const lines = Object.entries({
    ...HEADERS,
    ...headers,
    "Content-Length": Buffer.byteLength(String(body)),
    Connection: "close",
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  const start = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n`;
  if (stream.writable) stream.end(`${start}${lines.join("")}\r\n${body}`);
  // What it still says is read, so that it comes to read this, and to hang up.
  stream.removeAllListeners("data");
  stream.resume();
}
