/**
 * `deno task screenshots`: stages a conversation on the real server, runs the real client on a terminal, and
 * draws what is to be seen there as docs/images/client.svg. The clock is staged too, so that the same picture
 * comes out each time.
 */
import { join } from "@std/path";
import { NativePeer } from "../tests/end_to_end/native_peer.ts";
import { commandLine, Home } from "../tests/end_to_end/process.ts";
import { Emulator, type ShownCell } from "../tests/terminal/emulator.ts";
import { clockFlags, StagedServer, surroundings, writeClock } from "./staged_server.ts";

const SIZE = { columns: 84, rows: 21 };
const FILE = "docs/images/client.svg";
const WAIT_MILLISECONDS = 10_000;

async function main(): Promise<number> {
  if (
    !new Deno.Command("sh", { args: ["-c", "command -v script"], stdout: "null" }).outputSync()
      .success
  ) {
    return print("skipped: no script(1), which brings a terminal\n");
  }
  using home = new Home();
  writeClock(home.file("client_clock"), "2026-11-20T09:12:04");
  await using server = await StagedServer.start(home, "2026-11-19T17:42:10");
  const emulator = new Emulator(SIZE);
  try {
    const setClock = (time: string) => server.setClock(time);
    const cells = await stage({ home, port: server.port, setClock, emulator });
    const svg = draw(cells, { title: "chat connect --nick pat localhost:3490" });
    Deno.mkdirSync("docs/images", { recursive: true });
    Deno.writeTextFileSync(FILE, svg);
    return print(`${FILE}: ${svg.length} bytes\n`);
  } finally {
    emulator.dispose();
  }
}

// The stage.

interface Stage {
  home: Home;
  port: number;
  setClock(time: string): void;
  emulator: Emulator;
}

async function stage({ home, port, setClock, emulator }: Stage): Promise<ShownCell[][]> {
  await using leslie = await enter(port, "leslie");
  await using chris = await enter(port, "chris");
  const says = async (peer: NativePeer, time: string, wish: Record<string, string>) => {
    setClock(time);
    await peer.send({ type: "say", room: "lobby", ...wish });
    await answered(peer);
  };
  await says(leslie, "2026-11-19T17:42:31", { text: "the new build is on the test machine" });
  await says(chris, "2026-11-19T17:44:02", {
    text: "looks good! I'll have a look at the logs tomorrow",
  });
  await says(leslie, "2026-11-19T17:44:40", { type: "act", text: "goes home" });
  setClock("2026-11-20T09:12:04");
  await using pat = new Client({ home, port, emulator });
  await pat.shows("pat has joined");
  await says(leslie, "2026-11-20T09:12:30", { text: "morning pat" });
  setClock("2026-11-20T09:12:55");
  await pat.types("good morning everybody\r");
  await pat.shows("pat: good morning");
  await says(chris, "2026-11-20T09:13:20", { text: "おはよう ☕" });
  await says(chris, "2026-11-20T09:14:08", {
    text:
      "the logs are clean, apart from one line that wraps around because it is rather longer than this window is wide",
  });
  await pat.types("/me reads the logs\r");
  await pat.shows("[pat reads the logs]");
  await says(leslie, "2026-11-20T09:15:47", { text: "pat: could you tag the release?" });
  setClock("2026-11-20T09:16:01");
  await pat.types("/join dev\r");
  await pat.shows("#dev");
  await pat.types("\x1b1");
  await pat.shows("#lobby · 3 here");
  await chris.send({ type: "join", room: "dev" });
  await says(chris, "2026-11-20T09:16:30", { room: "dev", text: "tests are green" });
  await says(chris, "2026-11-20T09:16:36", { room: "dev", text: "all 1,204 of them" });
  await pat.shows("2:#dev 2");
  setClock("2026-11-20T09:17:12");
  writeClock(home.file("client_clock"), "2026-11-20T09:17:12");
  await leslie.send({ type: "tell", nick: "pat", text: "lunch at twelve?" });
  await pat.shows("leslie speaks to you alone");
  await says(chris, "2026-11-20T09:17:40", {
    text: "and the page is up: https://chat.example.org/#lobby",
  });
  await pat.shows("example.org");
  await pat.types("leslie: on it, give me five minu");
  await pat.shows("five minu");
  return emulator.cells;
}

async function enter(port: number, nick: string): Promise<NativePeer> {
  const peer = await NativePeer.connect(port);
  await peer.send({ type: "hello", nick }, { type: "join", room: "lobby" });
  await answered(peer);
  return peer;
}

/** All that was asked has happened. */
async function answered(peer: NativePeer) {
  await peer.send({ type: "ping", token: "stage" });
  for (let event = await peer.next(); event?.type !== "pong"; event = await peer.next());
}

/** The client on a terminal of its own, whose screen the emulator is. */
class Client implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #keys: WritableStreamDefaultWriter<Uint8Array>;
  readonly #emulator: Emulator;
  readonly #showing: Promise<void>;
  #changed = Promise.withResolvers<void>();

  constructor({ home, port, emulator }: Omit<Stage, "setClock">) {
    const words = commandLine(clockFlags(home)).map((it) => `'${it}'`).join(
      " ",
    );
    const { columns, rows } = SIZE;
    const line = `stty cols ${columns} rows ${rows}; exec ${words} connect pat 127.0.0.1 ${port}`;
    this.#emulator = emulator;
    this.#child = new Deno.Command("script", {
      args: ["-qfec", line, "/dev/null"],
      ...surroundings(home, "client_clock"),
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#keys = this.#child.stdin.getWriter();
    this.#showing = this.#show();
  }

  async types(text: string) {
    await this.#keys.write(new TextEncoder().encode(text));
  }

  async shows(text: string) {
    const late = AbortSignal.timeout(WAIT_MILLISECONDS);
    const isLate = new Promise<never>((_, reject) => {
      late.addEventListener("abort", () => {
        reject(new Error(`never seen: ${text}\n${this.#emulator.texts.join("\n")}`));
      });
    });
    isLate.catch(() => {});
    while (!this.#emulator.texts.join("\n").includes(text)) {
      await Promise.race([this.#changed.promise, isLate]);
    }
  }

  async [Symbol.asyncDispose]() {
    this.#child.kill("SIGKILL");
    await this.#child.status;
    await this.#keys.abort().catch(() => {});
    await this.#showing;
  }

  async #show() {
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      await this.#emulator.write(text);
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    }
  }
}

// The picture.

const CELL = { width: 8.43, height: 19 };
const MARGIN = 14;
const TITLE_HEIGHT = 34;
const BACKGROUND = "#16181d";
const FOREGROUND = "#d7dae0";
const BASIC = [
  ...["#16181d", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d7dae0"],
  ...["#6b7280", "#ff7b86", "#b5e890", "#ffd68a", "#7cc4ff", "#dd92f5", "#6fd3df", "#ffffff"],
];

interface Piece {
  text: string;
  column: number;
  columns: number;
  look: string;
}

function draw(cells: ShownCell[][], { title }: { title: string }): string {
  const width = round(SIZE.columns * CELL.width + 2 * MARGIN);
  const height = TITLE_HEIGHT + SIZE.rows * CELL.height + MARGIN;
  const rows = cells.flatMap((row, index) =>
    pieces(row).map((piece) => drawPiece(piece, TITLE_HEIGHT + index * CELL.height))
  );
  const dots = ["#ff5f57", "#febc2e", "#28c840"].map((colour, index) =>
    `<circle cx="${20 + index * 20}" cy="17" r="6" fill="${colour}"/>`
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" ` +
    `height="${height}" role="img" aria-label="The chat client: what was said above, then a status line ` +
    `with the rooms, then the line that is typed">`,
    `<rect width="${width}" height="${height}" rx="9" fill="${BACKGROUND}"/>`,
    ...dots,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" ` +
    `font-size="14" xml:space="preserve">`,
    `<text x="${round(width / 2)}" y="22" fill="#8a919e" text-anchor="middle">${
      escape(title)
    }</text>`,
    ...rows,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

/** Texts of one look that follow each other; wide characters stand alone, for fonts disagree about them. */
function pieces(row: ShownCell[]): Piece[] {
  const all: Piece[] = [];
  for (const [column, { text, width, look }] of row.entries()) {
    const last = all.at(-1);
    if (width === 0) continue;
    const isNext = last?.look === look && last.column + last.columns === column;
    if (isNext && width === 1 && last.columns === last.text.length) {
      last.text += text;
      last.columns++;
    } else all.push({ text, column, columns: width, look });
  }
  return all.filter(({ text, look }) => text.trim() !== "" || isInverse(look));
}

function isInverse(look: string): boolean {
  return look.split(" ")[4] === "1";
}

function drawPiece({ text, column, columns, look }: Piece, top: number): string {
  const [bold, dim, italic, underline, inverse, ...colours] = look.split(" ").map(Number);
  const [foreMode = 0, fore = 0, backMode = 0, back = 0] = colours;
  const colour = colourOf(foreMode, fore) ?? FOREGROUND;
  const behind = colourOf(backMode, back);
  const x = round(MARGIN + column * CELL.width);
  const width = round(columns * CELL.width);
  const fill = inverse ? behind ?? BACKGROUND : colour;
  const under = inverse ? colour : behind;
  const attributes = [
    bold && 'font-weight="bold"',
    dim && 'opacity="0.55"',
    italic && 'font-style="italic"',
    underline && 'text-decoration="underline"',
  ].filter(Boolean).join(" ");
  const box = under
    ? `<rect x="${x}" y="${top}" width="${
      round(width + 0.3)
    }" height="${CELL.height}" fill="${under}"/>`
    : "";
  if (text.trim() === "") return box;
  const words = text.trimEnd();
  const length = round((words.length === text.length ? columns : words.length) * CELL.width);
  return `${box}<text x="${x}" y="${top + 14}" textLength="${length}" fill="${fill}"` +
    `${attributes === "" ? "" : ` ${attributes}`}>${escape(words)}</text>`;
}

/** As the emulator tells of it: 0 is the terminal's own, then the palette, then 24 bits. */
function colourOf(mode: number, colour: number): string | undefined {
  if (mode === 0) return undefined;
  if (mode >> 24 === 3) return `#${colour.toString(16).padStart(6, "0")}`;
  if (colour < 16) return BASIC[colour];
  const hex = (level: number) => level.toString(16).padStart(2, "0");
  if (colour >= 232) return `#${hex(8 + (colour - 232) * 10).repeat(3)}`;
  const step = (weight: number) =>
    [0, 95, 135, 175, 215, 255][Math.floor((colour - 16) / weight) % 6]!;
  return `#${hex(step(36))}${hex(step(6))}${hex(step(1))}`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function print(text: string): number {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
  return 0;
}

if (import.meta.main) {
  Deno.chdir(join(import.meta.dirname!, ".."));
  Deno.exit(await main());
}
