/** However `chat connect` leaves the full screen, the terminal is as it was, and says why where it failed. */
import { assertEquals } from "@std/assert";
import { NativePeer } from "./native_peer.ts";
import { testNeeding } from "./needs.ts";
import { assertWhole, Pane, PROMPT, TMUX } from "./pane.ts";
import { Home } from "./process.ts";
import { Server } from "./server.ts";

/** Runs chat, and says what it has made of the terminal. */
const WATCH = `#!/bin/sh
stty -g > before
chat "$@"
echo "code $?"
stty -g | cmp - before && echo untouched
`;

/** Throws where nobody catches it, when it is told to. */
const MISTAKE = `Deno.addSignalListener("SIGUSR2", () =>
  queueMicrotask(() => {
    throw new Error("a mistake of ours");
  }));
`;

interface Ending {
  end(pane: Pane, server: Server): Promise<unknown> | void;
  code: number;
  /** What stands on the person's own screen. */
  reason?: string;
  flags?: string;
}

const ENDINGS: Record<string, Ending> = {
  "/q": { end: (pane) => pane.enters("/q"), code: 0 },
  "Ctrl-C twice": {
    async end(pane) {
      await pane.types("half a sentence");
      await pane.showsLast("pat> half a sentence");
      await pane.presses("C-c");
      await pane.showsLast("pat>");
      await pane.presses("C-c");
    },
    code: 0,
  },
  "Ctrl-D": { end: (pane) => pane.presses("C-d"), code: 0 },
  "SIGTERM": { end: (pane) => Deno.kill(pane.pid(), "SIGTERM"), code: 143 },
  "SIGHUP": { end: (pane) => Deno.kill(pane.pid(), "SIGHUP"), code: 129 },
  "SIGINT": { end: (pane) => Deno.kill(pane.pid(), "SIGINT"), code: 130 },
  "an error that nobody catches": {
    end: (pane) => Deno.kill(pane.pid(), "SIGUSR2"),
    code: 1,
    reason: "error: Uncaught Error: a mistake of ours",
  },
  "the server's end": {
    end: (_, server) => server.signal("SIGKILL"),
    code: 1,
    reason: "*** the server has closed the connection",
    flags: "--reconnect-seconds 0",
  },
  "a server that does not come back": {
    end: (_, server) => server.signal("SIGKILL"),
    code: 69,
    reason: "*** the connection is lost, and it is not tried any more to make it again",
    flags: "--reconnect-seconds 1",
  },
};

/** What tmux knows of a terminal that is ours, when no picture is being painted, and of one that is not. */
const TAKEN = { alternate_on: "1", cursor_flag: "1", mouse_any_flag: "1" };
const GIVEN_BACK = { alternate_on: "0", cursor_flag: "1", mouse_any_flag: "0" };

for (const [what, { end, code, reason, flags = "" }] of Object.entries(ENDINGS)) {
  testNeeding(TMUX, `the terminal is as it was after ${what}`, async () => {
    using home = new Home();
    await using server = await Server.start();
    await using pane = await watched(home);
    const title = await pane.variable("pane_title");
    await pane.enters(`watch pat 127.0.0.1 ${server.port} ${flags}`);
    await pane.shows("*** pat has joined the chat");
    await pane.has(TAKEN);
    assertEquals(await pane.variable("pane_title"), `chat ${server.address}`);
    await end(pane, server);
    const rows = await pane.shows(/^untouched$/m);
    assertEquals(rows.find((row) => row.startsWith("code")), `code ${code}`);
    if (reason) assertEquals(rows.filter((row) => row.includes(reason)).length, 1, rows.join("\n"));
    await pane.has(GIVEN_BACK);
    assertEquals(await pane.variable("pane_title"), title);
  });
}

testNeeding(TMUX, "Ctrl-Z gives the shell back, and fg the whole screen", async () => {
  using home = new Home();
  await using server = await Server.start();
  await using leslie = await NativePeer.enter(server.port, "leslie");
  await using pane = await Pane.open({ home });
  await pane.enters("stty -g > before");
  await pane.enters(`chat connect pat 127.0.0.1 ${server.port}`);
  await pane.shows("*** pat has joined the chat");
  for (const round of [1, 2]) {
    await pane.types("half");
    await pane.showsLast(`pat> ${"half".repeat(round)}`);
    await pane.presses("C-z");
    await pane.shows("Stopped");
    // That may be the first stop's word: the shell listens when its prompt is the last that is there.
    await pane.shows((rows) => rows.findLast((row) => row.trim() !== "")?.trim() === "shell$");
    await pane.has(GIVEN_BACK);
    await leslie.say(`meanwhile ${round}`);
    await pane.enters(`stty -g | cmp - before && echo usable $((${round} + 10))`);
    await pane.shows(`usable 1${round}`);
    await pane.enters("fg");
    await pane.shows(`leslie: meanwhile ${round}`);
    await pane.showsLast(`pat> ${"half".repeat(round)}`);
    await pane.has(TAKEN);
    await assertWhole(pane);
  }
  await pane.presses("Enter");
  await pane.shows("pat: halfhalf");
  await pane.enters("/q");
  await pane.shows(/^shell\$$/m);
  await pane.enters("stty -g | cmp - before && echo untouched $?");
  await pane.shows("untouched 0");
});

testNeeding(
  TMUX,
  "a server that cannot be reached, or refuses, is told on the own screen",
  async () => {
    using home = new Home();
    await using server = await Server.start();
    await using _leslie = await NativePeer.enter(server.port, "leslie");
    await using pane = await watched(home);
    await pane.enters(`watch leslie 127.0.0.1 ${server.port}`);
    await pane.shows(/^\*\*\* leslie: somebody here has that name.*\ncode 1\nuntouched$/m);
    await pane.enters("clear; watch pat 127.0.0.1 1");
    await pane.shows(
      /^chat: cannot reach 127.0.0.1:1: no server listens there\ncode 69\nuntouched$/m,
    );
    await pane.shows((rows) => rows.includes(PROMPT));
  },
);

/** A shell that knows the command `watch` as well. */
async function watched(home: Home): Promise<Pane> {
  Deno.writeTextFileSync(home.file("mistake.js"), MISTAKE);
  Deno.writeTextFileSync(home.file("watch"), WATCH.replace('chat "', 'chat connect "'));
  Deno.chmodSync(home.file("watch"), 0o755);
  return await Pane.open({ home, runtimeFlags: ["--preload", home.file("mistake.js")] });
}
