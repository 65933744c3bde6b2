import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { ConnectionStream } from "../../src/http/stream.ts";
import type { Connection } from "../../src/server/session.ts";

/** A connection that takes as many bytes at a time as it is told to, one after the other. */
class Narrow implements Connection {
  taken = "";
  isClosed = false;
  /** A write began while another one was under way, or after the end. */
  isConfused = false;
  #isBusy = false;
  #hasEnded = false;

  constructor(readonly width: number) {}

  read(): Promise<null> {
    return new Promise(() => {});
  }

  async write(bytes: Uint8Array): Promise<number> {
    this.isConfused ||= this.#isBusy || this.#hasEnded;
    this.#isBusy = true;
    await new Promise((resolve) => setImmediate(resolve));
    this.#isBusy = false;
    if (this.isClosed) throw new Deno.errors.BadResource("closed");
    const some = bytes.subarray(0, this.width);
    this.taken += new TextDecoder().decode(some);
    return some.length;
  }

  closeWrite(): Promise<void> {
    this.isConfused ||= this.#isBusy;
    this.#hasEnded = true;
    return Promise.resolve();
  }

  close() {
    this.isClosed = true;
  }
}

const bytes = (text: string) => new TextEncoder().encode(text);

function streamOver(connection: Connection): ConnectionStream {
  return new ConnectionStream(connection, { head: new Uint8Array(0), now: () => 1 });
}

Deno.test("what is sent and what is written arrives in that order, each piece whole, before the end", async () => {
  const piece = fc.record({
    isSent: fc.boolean(),
    text: fc.string({ minLength: 1, maxLength: 9, unit: "grapheme-ascii" }),
    /** Whether what is under way may go on first. */
    isLater: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(piece), fc.integer({ min: 1, max: 9 }), async (pieces, width) => {
      const connection = new Narrow(width);
      const stream = streamOver(connection);
      const sent: Promise<number>[] = [];
      for (const { isSent, text, isLater } of pieces) {
        if (isSent) sent.push(stream.send(bytes(text)));
        else stream.write(bytes(text));
        if (isLater) await new Promise((resolve) => setImmediate(resolve));
      }
      await new Promise<void>((resolve) => stream.end(resolve));
      const lengths = pieces.filter(({ isSent }) => isSent).map(({ text }) => text.length);
      assertEquals(await Promise.all(sent), lengths);
      assertEquals(connection.taken, pieces.map(({ text }) => text).join(""));
      assert(!connection.isConfused);
    }),
  );
});

Deno.test("what is sent when the connection breaks fails, and so does all that follows", async () => {
  const connection = new Narrow(1);
  const stream = streamOver(connection);
  const first = stream.send(bytes("first"));
  const second = stream.send(bytes("second"));
  connection.close();
  await assertRejects(() => first);
  await assertRejects(() => second);
  assert(stream.destroyed);
  await assertRejects(() => stream.send(bytes("third")));
});
