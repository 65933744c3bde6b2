/** What is sent with a request. */
import type { IncomingMessage } from "node:http";
import { ByteReader } from "../wire/byte_reader.ts";

/** The whole body; "too much" if it is longer than it may be, "gone" if the peer is before its end. */
export function bodyOf(
  request: IncomingMessage,
  maxBytes: number,
): Promise<Uint8Array | "too much" | "gone"> {
  const { promise, resolve } = Promise.withResolvers<Uint8Array | "too much" | "gone">();
  const body = new ByteReader();
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) resolve("too much");
  // Once it is too much the rest is read and thrown away, so that the peer comes to read why.
  request.on("data", (piece: Uint8Array) => {
    if (body.length + piece.length > maxBytes) resolve("too much");
    else body.push(piece);
  });
  request.once("end", () => resolve(body.peek(body.length).slice()));
  request.once("error", () => resolve("gone"));
  request.once("close", () => resolve("gone"));
  return promise;
}
