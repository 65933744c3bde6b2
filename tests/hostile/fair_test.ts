/** Many who talk without a pause, each waiting for its own words to come back: everybody has to get a turn. */
import { assert } from "@std/assert";
import { joined, nativePacket } from "../end_to_end/native_peer.ts";
import { Server, UNTHROTTLED } from "../end_to_end/server.ts";

/** Many more than Deno takes input from in one turn. */
const TALKERS = 400;
/** How much each says at once, and how often all of them together. */
const LINES = 16;
const ROUNDS = 30 * TALKERS;
/** On the slowest machine. */
const LONGEST_MILLISECONDS = 120_000;
/** The client has its turns too, so that the quickest have twice what all have on average, the slowest a third. */
const LEAST = 1 / 6;

Deno.test("where hundreds talk without a pause, nobody is left unheard", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  using stack = new DisposableStack();
  const talkers: Talker[] = [];
  for (let index = 0; index < TALKERS; index++) {
    talkers.push(stack.use(await Talker.enter(server.port, index)));
  }
  const deadline = performance.now() + LONGEST_MILLISECONDS;
  let rounds = 0;
  await Promise.all(talkers.map(async (talker) => {
    while (rounds < ROUNDS && performance.now() < deadline) {
      await talker.round();
      rounds++;
    }
  }));
  const least = Math.min(...talkers.map((talker) => talker.rounds));
  assert(
    least >= LEAST * rounds / TALKERS,
    `somebody had ${least} of ${rounds} rounds among ${TALKERS}`,
  );
});

/** Alone in a room, and as quick as can be: it only counts what it is told. */
class Talker implements Disposable {
  rounds = 0;
  #connection: Deno.TcpConn;
  #lines: Uint8Array;
  #buffer = new Uint8Array(64 * 1024);
  #length = 0;

  private constructor(connection: Deno.TcpConn, room: string) {
    this.#connection = connection;
    const line = nativePacket({ type: "say", room, text: "hello, is anybody there?" });
    this.#lines = joined(Array.from({ length: LINES }, () => line));
  }

  static async enter(port: number, index: number): Promise<Talker> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const room = `room${index}`;
    const talker = new Talker(connection, room);
    const hello = { type: "hello", nick: `talker${index}` };
    await connection.write(joined([hello, { type: "join", room }].map(nativePacket)));
    // Let in, there, and told what was said before.
    await talker.#told(3);
    return talker;
  }

  async round() {
    await this.#connection.write(this.#lines);
    await this.#told(LINES);
    this.rounds++;
  }

  async #told(count: number) {
    while (count > 0) {
      const read = await this.#connection.read(this.#buffer.subarray(this.#length));
      if (read === null) throw new Error("the server has hung up");
      this.#length += read;
      count -= this.#pass();
    }
  }

  /** Passes over the packets that are whole, and says how many they were. */
  #pass(): number {
    const view = new DataView(this.#buffer.buffer, 0, this.#length);
    let packets = 0;
    let at = 0;
    for (; at + 8 <= this.#length; packets++) {
      const end = at + 8 + view.getUint32(at);
      if (end > this.#length) break;
      at = end;
    }
    this.#buffer.copyWithin(0, at, this.#length);
    this.#length -= at;
    return packets;
  }

  [Symbol.dispose]() {
    this.#connection.close();
  }
}
