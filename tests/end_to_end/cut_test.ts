/**
 * The connection of our own client breaks after exactly so many bytes, for every number of bytes that there is
 * in a conversation, in either direction. It comes back, and in the end it is as if nothing had happened: to
 * itself, to the one it talks with, and in the database.
 */
import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import type { LinkConnection } from "../../src/client/link.ts";
import { NativePeer } from "./native_peer.ts";
import { dial, OurClient } from "./our_client.ts";
import { Home } from "./process.ts";
import { Server, UNTHROTTLED } from "./server.ts";
import { Watched } from "./watched.ts";

type Direction = "heard" | "said";

interface Cut {
  direction: Direction;
  /** So many bytes get through. */
  after: number;
}

interface Talk {
  port: number;
  /** Four digits: a room and two people of their own. */
  number: string;
  /** What is appended to each text. */
  padding: string;
  cut: Cut | undefined;
}

/** In the room, and between the two alone. */
const IN_ROOM = ["one", "two", "three", "six"];
const ALONE = ["four", "five"];
/** So many conversations at once. */
const AT_ONCE = 24;
const STAMP = /^\[\d{4}-\d\d-\d\d \d\d:\d\d\] /;

/** A connection that counts and keeps what passes, and breaks as it should. */
class CutConnection implements LinkConnection {
  readonly passed: Record<Direction, number[]> = { heard: [], said: [] };
  #connection: Deno.TcpConn;
  #cut: Cut | undefined;

  constructor(connection: Deno.TcpConn, cut: Cut | undefined) {
    this.#connection = connection;
    this.#cut = cut;
    this.#breakIfDue();
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    const left = this.#left("heard");
    if (left <= 0) return null;
    const count = await this.#connection.read(buffer.subarray(0, left));
    if (count !== null) this.#pass("heard", buffer.subarray(0, count));
    return count;
  }

  async write(bytes: Uint8Array): Promise<number> {
    const piece = bytes.subarray(0, this.#left("said"));
    if (piece.length === 0) throw new Deno.errors.BrokenPipe();
    let at = 0;
    while (at < piece.length) at += await this.#connection.write(piece.subarray(at));
    this.#pass("said", piece);
    return at;
  }

  closeWrite(): Promise<void> {
    return this.#connection.closeWrite();
  }

  close() {
    this.#connection.close();
  }

  #left(direction: Direction): number {
    if (this.#cut?.direction !== direction) return Infinity;
    return this.#cut.after - this.passed[direction].length;
  }

  #pass(direction: Direction, bytes: Uint8Array) {
    for (const byte of bytes) this.passed[direction].push(byte);
    this.#breakIfDue();
  }

  #breakIfDue() {
    if (!this.#cut || this.#left(this.#cut.direction) > 0) return;
    try {
      this.#connection.close();
    } catch {
      // The client has closed it itself.
    }
  }
}

/** The one whose connection breaks, and who is started again if that happened before it got in. */
class Ann {
  readonly lines: string[] = [];
  #talk: Talk;
  #client!: OurClient;
  #watched = new Watched();
  #token = crypto.randomUUID();
  #connections: CutConnection[] = [];

  constructor(talk: Talk) {
    this.#talk = talk;
    this.#start();
  }

  get passed(): Record<Direction, number[]> {
    return this.#connections[0]!.passed;
  }

  async says(line: string) {
    this.#client.type(line);
    await Promise.resolve();
  }

  async sees(line: string) {
    await this.#watched.until(() => this.lines.includes(line) || undefined, {
      missing: () => `${line.slice(0, 50)} is not among ${this.#short()}`,
      milliseconds: 20_000,
    });
  }

  leave(): Promise<void> {
    return this.#client.leave();
  }

  die() {
    this.#client.die();
  }

  #start() {
    const { number, port, cut } = this.#talk;
    const client = new OurClient({
      nick: `a${number}`,
      token: this.#token,
      room: `r${number}`,
      connect: async () => {
        const isFirst = this.#connections.length === 0;
        const connection = new CutConnection(await dial(port), isFirst ? cut : undefined);
        this.#connections.push(connection);
        return connection;
      },
      onLine: (line) => {
        this.lines.push(line.replace(STAMP, ""));
        this.#watched.changed();
      },
    });
    this.#client = client;
    client.ended.then((code) => code === 1 && this.lines.every(isAbout) && this.#start());
  }

  #short(): string {
    return JSON.stringify(this.lines.map((line) => line.slice(0, 60)), null, 1);
  }
}

/** Whether a line is about the conversation, and none of it. */
function isAbout(line: string): boolean {
  return line.startsWith("***");
}

/** Returns what passed over the first connection before the goodbye. */
async function talk(it: Talk): Promise<Record<Direction, number[]>> {
  const { port, number, padding } = it;
  const [room, a, b] = [`r${number}`, `a${number}`, `b${number}`];
  const [one, two, three, six] = IN_ROOM.map((word) => word + padding);
  const [four, five] = ALONE;
  await using bob = await NativePeer.enter(port, b, room);
  const ann = new Ann(it);
  try {
    await bob.expect({ type: "joined", nick: a, room });
    await ann.sees(`*** ${a} has joined the chat`);
    await ann.says(one!);
    await bob.expect({ type: "message", seq: 1, nick: a, text: one });
    await bob.say(two!, { room });
    await ann.sees(`${b}: ${two}`);
    await ann.says(three!);
    await bob.expect({ type: "message", text: two }, { type: "message", seq: 3, text: three });
    await bob.send({ type: "tell", nick: a, text: four });
    await ann.sees(`${b} -> ${a}: ${four}`);
    await ann.says(`/message ${b} ${five}`);
    await bob.expect({ type: "told", text: four }, { type: "told", nick: a, text: five });
    await bob.say(six!, { room });
    await ann.sees(`${b}: ${six}`);
    await ann.sees(`${a} -> ${b}: ${five}`);
    await bob.expect({ type: "message", seq: 4, text: six });
    const passed = { heard: [...ann.passed.heard], said: [...ann.passed.said] };
    // That it has left is all that is left to tell: nobody has noticed anything else.
    await ann.leave();
    await bob.expect({ type: "quitted", nick: a });
    const lines = ann.lines.filter((line) => !isAbout(line));
    const isAlone = (line: string) => line.includes(" -> ");
    assertEquals(lines.filter((line) => !isAlone(line)), [
      `${a}: ${one}`,
      `${b}: ${two}`,
      `${a}: ${three}`,
      `${b}: ${six}`,
    ]);
    assertEquals(lines.filter(isAlone), [`${b} -> ${a}: ${four}`, `${a} -> ${b}: ${five}`]);
    return passed;
  } catch (error) {
    const cut = JSON.stringify(it.cut);
    const lines = ann.lines.map((line) => line.slice(0, 60)).join("\n");
    throw new Error(`cut ${cut}: ${error}\nshown:\n${lines}`, { cause: error });
  } finally {
    ann.die();
  }
}

/** Has all these conversations, some at once; returns how many there were. */
async function talkAll(port: number, cuts: Cut[], padding: string): Promise<number> {
  let next = 0;
  const some = async () => {
    while (next < cuts.length) {
      const number = String(next).padStart(4, "0");
      await talk({ port, number, padding, cut: cuts[next++] });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, some));
  return cuts.length;
}

/** Each room has the same four messages, and nothing is there twice. */
function assertKept(path: string, rooms: number, padding: string) {
  using database = new DatabaseSync(path, { readOnly: true });
  const kept = database.prepare(
    "SELECT room.name AS room, group_concat(seq || ' ' || substr(text, 1, 5), ',' ORDER BY seq) AS said, " +
      "min(length(text)) AS least FROM message JOIN room ON room.number = message.room GROUP BY room.name",
  ).all() as { room: string; said: string; least: number }[];
  const said = IN_ROOM.map((word, index) => `${index + 1} ${(word + padding).slice(0, 5)}`);
  for (const row of kept.filter(({ room }) => /^r\d{4}$/.test(room))) {
    assertEquals(row.said, said.join(","), row.room);
    assertEquals(row.least, 3 + padding.length, row.room);
  }
  const alone = database.prepare(
    "SELECT substr(CASE text WHEN 'four' THEN recipient ELSE nick END, 2) AS number, " +
      "group_concat(text, ',' ORDER BY number) AS said FROM told GROUP BY 1",
  ).all() as { number: string; said: string }[];
  for (const row of alone) assertEquals(row.said, ALONE.join(","), row.number);
  assertEquals([kept.length, alone.length], [rooms, rooms]);
}

/** Where the frames begin of what has passed. */
function frames(bytes: number[]): number[] {
  const view = new DataView(Uint8Array.from(bytes).buffer);
  const starts: number[] = [];
  for (let at = 0; at < bytes.length; at += 8 + (view.getUint32(at) & 0x7fffffff)) starts.push(at);
  return starts;
}

const everywhere = (bytes: number[]) =>
  Array.from({ length: bytes.length + 1 }, (_, after) => after);

/** In and around each header, and here and there. */
function somewhere(bytes: number[]): number[] {
  const around = frames(bytes).flatMap((start) =>
    Array.from({ length: 11 }, (_, index) => start - 1 + index)
  );
  const between = Array.from({ length: bytes.length / 19_997 | 0 }, (_, index) => index * 19_997);
  return [...new Set([...around, ...between])].filter((at) => at >= 0 && at <= bytes.length);
}

const SERIES = [
  { what: "each byte of a short conversation", padding: "", where: everywhere },
  {
    what: "bytes of a conversation with long messages",
    padding: "x".repeat(70_000),
    where: somewhere,
  },
];

for (const { what, padding, where } of SERIES) {
  for (const direction of ["heard", "said"] as const) {
    const side = direction === "heard" ? "to" : "from";
    Deno.test(`a cut after ${what}, ${side} the client, is as if it had not been`, async () => {
      using home = new Home();
      await using server = await Server.start({ home, flags: UNTHROTTLED });
      const { port } = server;
      const uncut = await talk({ port, number: "9999", padding, cut: undefined });
      const cuts = where(uncut[direction]).map((after) => ({ direction, after }));
      const count = await talkAll(port, cuts, padding);
      assertKept(home.file("chat.db"), count + 1, padding);
    });
  }
}
