/** The terminal as it is left behind, on a terminal of its own. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { enterCode, leaveCode, ringCode, titleCode } from "../../src/terminal/modes.ts";
import { succeeds, testNeeding } from "../end_to_end/needs.ts";
import { Emulator } from "./emulator.ts";

type Step =
  | { expect: string }
  | { send: string }
  | { signal: string }
  | { resize: [columns: number, rows: number] }
  | { expectStopped: true }
  | { foreground: true }
  | { deaf: number }
  | { hear: true }
  | { expectEnd: true };

interface Evening {
  seen: string;
  /** "exit 0", "signal 9". */
  end: string;
  isRestored: boolean;
  stopped: number[];
  wereRestoredWhenStopped: boolean[];
}

const PYTHON = { isMet: succeeds("python3", "--version"), otherwise: "no python3" };

const READY: Step = { expect: "ready" };
const END: Step = { expectEnd: true };
const MODES = { mouse: true, title: true };
const SIZE = { columns: 80, rows: 24 };

async function play(way: string, steps: Step[], wrapper: string[] = []): Promise<Evening> {
  const program = fromFileUrl(new URL("tty_program.ts", import.meta.url));
  const argv = [...wrapper, Deno.execPath(), "run", "--no-check", "--quiet", program, way];
  const driver = fromFileUrl(new URL("on_a_terminal.py", import.meta.url));
  const child = new Deno.Command("python3", {
    args: [driver, JSON.stringify({ argv, ...SIZE, steps })],
    stdout: "piped",
  });
  const { stdout } = await child.output();
  const said = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals(said.error, undefined);
  return said;
}

type Ending = [how: string, way: string, steps: Step[], end: string];

const ENDINGS: Ending[] = [
  ["closed", "", [READY, { send: "q" }, END], "exit 0"],
  ["ended with Deno.exit", "exit", [READY, END], "exit 7"],
  ["ended by an error", "throw", [READY, END], "exit 1"],
  ["ended by an error while a frame is written", "throw while writing", [READY, END], "exit 1"],
  ["ended by a rejection", "reject", [READY, END], "exit 1"],
  ...["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"].map((signal): Ending => [
    `asked to end with ${signal}`,
    "",
    [READY, { signal }, END],
    "exit 0",
  ]),
  [
    "asked to end twice",
    "deaf to signals",
    [READY, { signal: "SIGTERM" }, { expect: "SIGTERM" }, { signal: "SIGINT" }, END],
    "exit 130",
  ],
  [
    "asked to end twice on a terminal that takes nothing any more",
    "deaf to signals",
    [
      READY,
      { send: "f" },
      { deaf: 2 },
      { signal: "SIGTERM" },
      // Two signals at once would be one.
      { deaf: 4 },
      { signal: "SIGTERM" },
      END,
    ],
    "exit 143",
  ],
];

for (const [how, way, steps, end] of ENDINGS) {
  testNeeding(PYTHON, `the terminal is as it was before when the program is ${how}`, async () => {
    const evening = await play(way, steps);
    assertEquals(evening.end, end);
    assert(evening.isRestored);
    if (!how.includes("takes nothing")) await assertLeft(evening);
  });
}

testNeeding(PYTHON, "what is written after closing is on the person's own screen", async () => {
  const evening = await play("", [READY, { send: "q" }, END]);
  assert(evening.seen.endsWith(`${leaveCode(MODES)}bye\r\r\n`) || evening.seen.endsWith("bye\r\n"));
});

testNeeding(PYTHON, "an error is told on the person's own screen", async () => {
  const { seen } = await play("throw", [READY, END]);
  assert(seen.lastIndexOf("thrown") > seen.lastIndexOf(leaveCode(MODES)));
});

testNeeding(
  PYTHON,
  "Ctrl-Z gives the terminal back and fg takes it again, at its new size",
  async () => {
    const evening = await play("", [
      READY,
      { send: "\x1a" },
      { expectStopped: true },
      { resize: [100, 30] },
      { foreground: true },
      { expect: '"columns":100,"rows":30' },
      { send: "\x1a" },
      { expectStopped: true },
      { foreground: true },
      { expect: '"resumed"' },
      { send: "a" },
      { expect: 'typed "a"' },
      { send: "q" },
      END,
    ]);
    assertEquals(evening.stopped, [20, 20]);
    assertEquals(evening.wereRestoredWhenStopped, [true, true]);
    assertEquals(evening.end, "exit 0");
    assert(evening.isRestored);
    await assertLeft(evening);
  },
);

testNeeding(PYTHON, "a stop that another sent is survived as well", async () => {
  const evening = await play("", [
    READY,
    { signal: "SIGSTOP" },
    { expectStopped: true },
    { foreground: true },
    { expect: '"resumed"' },
    { send: "q" },
    END,
  ]);
  assertEquals(evening.end, "exit 0");
  assert(evening.isRestored);
  await assertLeft(evening);
});

testNeeding(PYTHON, "Ctrl-Z without a shell to come back to changes nothing", async () => {
  const evening = await play("", [
    READY,
    { send: "\x1a" },
    { expect: '"resumed"' },
    { send: "q" },
    END,
  ], ["setsid", "--wait", "--ctty"]);
  assertEquals(evening.stopped, []);
  assertEquals(evening.end, "exit 0");
});

testNeeding(PYTHON, "a change of size is told", async () => {
  await play("", [READY, { resize: [120, 40] }, { expect: '"columns":120,"rows":40' }, {
    send: "q",
  }, END]);
});

testNeeding(PYTHON, "a slow terminal is shown the last screen, not all of them", async () => {
  const { seen } = await play("", [READY, { send: "f" }, { deaf: 2 }, { hear: true }, {
    signal: "SIGTERM",
  }, END]);
  const frames = seen.split("\x1b[?2026h").length;
  assert(frames < 50, `${frames} frames`);
});

testNeeding(
  PYTHON,
  "title and bell say nothing that a stranger wrote to the terminal",
  async () => {
    const { seen } = await play("", [READY, { send: "r" }, { expect: "pat" }, { send: "q" }, END]);
    assertStringIncludes(seen, "\x1b]2;chat ␛]52;c;Zm9v␇\x1b\\");
    assertStringIncludes(seen, "\x07\x1b]9; pat ␛]0;x␇\x1b\\");
  },
);

Deno.test("whatever entering switches on, leaving switches off", () => {
  const on = [...enterCode(MODES).matchAll(/\[\?(\d+)h/g)].map(([, mode]) => mode);
  const off = [...leaveCode(MODES).matchAll(/\[\?(\d+)l/g)].map(([, mode]) => mode);
  assertEquals(on.filter((mode) => !off.includes(mode)), []);
});

Deno.test("titles and notices cannot end early", () => {
  assertEquals(titleCode("a\x1b\\b"), "\x1b]2;a␛\\b\x1b\\");
  assertEquals(ringCode("4;1;50\x07"), "\x07\x1b]9; 4;1;50␇\x1b\\");
  assertEquals(ringCode(undefined), "\x07");
});

/** The main screen again, a cursor, and nothing obeyed that was in a title. */
async function assertLeft({ seen }: Evening) {
  const emulator = new Emulator(SIZE);
  await emulator.write(seen);
  assert(!emulator.isAlternate);
  assert(emulator.cursor);
  assert(!emulator.outrages.includes("OSC 52"));
  assertEquals(seen.split(enterCode(MODES)).length, seen.split(leaveCode(MODES)).length);
  emulator.dispose();
}
