/**
 * `deno task bench:history`: how searching and paging grow with what there is to search, on databases of
 * 10,000, 100,000 and 1,000,000 messages, as ratios to the smallest. It must never hold a figure of its own.
 */
import { parseArgs } from "@std/cli/parse-args";
import { join } from "@std/path";
import { SqliteHistory } from "../src/store/sqlite.ts";
import { describeMachine } from "./machine.ts";
import { fill, type Random, random, word } from "./past.ts";

const HELP = `deno task bench:history [--sizes 10000,100000,1000000] [--rounds 200]

Fills databases with messages of made-up words, in 10 rooms, and asks each the same questions in turn.
Prints the median and the 95th of 100 times in milliseconds, and the median as a ratio to that of the
smallest database.
`;

const ROOMS = Array.from({ length: 10 }, (_, index) => `room${index}`);
const MAX_BYTES = 512 * 1024;

/** Each a question that people ask. */
const QUESTIONS: Record<string, (history: SqliteHistory, chance: Random, size: number) => void> = {
  "search a rare word": (history, chance) =>
    search(history, word(() => 0.9 + chance() / 10), [room(chance)]),
  "search a common word": (history, chance) =>
    search(history, word(() => chance() / 10), [room(chance)]),
  "search a beginning": (history, chance) =>
    search(history, word(() => 0.5 + chance() / 2).slice(0, 3), [room(chance)]),
  "search three words in all rooms": (history, chance) =>
    search(history, [word(chance), word(chance), word(chance)].join(" "), ROOMS),
  "the newest 50": (history, chance) => page(history, chance, {}),
  "50 before a number": (history, chance, size) =>
    page(history, chance, { before: 1 + Math.floor(chance() * size / ROOMS.length) }),
  "50 around a time": (history, chance, size) =>
    page(history, chance, { around: 1.7e12 + Math.floor(chance() * size) * 1000, byTime: true }),
  "100 from a number": (history, chance, size) =>
    page(history, chance, { from: 1 + Math.floor(chance() * size / ROOMS.length), limit: 100 }),
  "when somebody was seen": (history, chance) =>
    void history.seen(`nick${Math.floor(chance() * 500)}`, ROOMS),
};

function room(chance: Random): string {
  return ROOMS[Math.floor(chance() * ROOMS.length)]!;
}

function search(history: SqliteHistory, words: string, rooms: string[]) {
  history.search({ words, rooms, limit: 20, before: 0, maxBytes: MAX_BYTES });
}

function page(
  history: SqliteHistory,
  chance: Random,
  wish: Partial<Parameters<SqliteHistory["page"]>[1]>,
) {
  history.page(room(chance), { limit: 50, maxBytes: MAX_BYTES, ...wish });
}

function quantile(sorted: number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!;
}

async function main(args: string[]): Promise<number> {
  const { sizes = "10000,100000,1000000", rounds = 200, help } = parseArgs(args);
  if (help) return print(HELP);
  const directory = Deno.makeTempDirSync();
  try {
    const histories = String(sizes).split(",").map(Number).map((size) => {
      const history = new SqliteHistory({
        path: join(directory, `${size}.db`),
        durability: "process",
      });
      const start = performance.now();
      fill(history, { size, rooms: ROOMS });
      print(`${size} messages stored and indexed in ${seconds(performance.now() - start)}\n`);
      return { size, history };
    });
    print(`\n${JSON.stringify(await describeMachine(directory, AbortSignal.timeout(10_000)))}\n\n`);
    for (const [name, ask] of Object.entries(QUESTIONS)) {
      const times = new Map(histories.map(({ size }) => [size, [] as number[]]));
      const chance = random(1);
      for (let round = 0; round < Number(rounds); round++) {
        for (const { size, history } of histories) {
          const start = performance.now();
          ask(history, chance, size);
          times.get(size)!.push(performance.now() - start);
        }
      }
      print(draw(name, times));
    }
    for (const { history } of histories) history.close();
    return 0;
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

function draw(name: string, times: Map<number, number[]>): string {
  let smallest = 0;
  const cells = [...times].map(([size, unsorted]) => {
    const sorted = unsorted.toSorted((one, other) => one - other);
    const median = quantile(sorted, 0.5);
    smallest ||= median;
    const ratio = (median / smallest).toFixed(1);
    return `${size}: ${median.toFixed(2)}, p95 ${quantile(sorted, 0.95).toFixed(2)} (x${ratio})`;
  });
  return `${name.padEnd(34)}${cells.join("   ")}\n`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function print(text: string): number {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
