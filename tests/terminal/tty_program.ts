/** Opens the terminal and ends in the way that its argument says: for tty_test.ts, which looks at what is left. */
import type { Screen } from "../../src/terminal/screen.ts";
import { openTerminal } from "../../src/terminal/tty.ts";

const [way] = Deno.args;

const terminal = openTerminal({
  depth: "16",
  title: "chat \x1b]52;c;Zm9v\x07",
  mouse: true,
  tell(event) {
    show(JSON.stringify(event));
    if (event.type === "ending" && way !== "deaf to signals") end();
  },
});

let frames = 0;
let flooding: ReturnType<typeof setInterval> | undefined;

function show(text: string) {
  const screen: Screen = {
    rows: [[{ text: `<${++frames}> ${text}`, style: { bold: true } }]],
    cursor: { row: 0, column: 0 },
  };
  terminal.show(screen);
}

function end() {
  clearInterval(flooding);
  terminal.close();
  terminal.close();
  Deno.stdout.writeSync(new TextEncoder().encode("bye\r\n"));
}

/** More than the terminal takes when nobody reads it. */
function flood() {
  const row = [{ text: "x".repeat(300), style: {} }];
  flooding = setInterval(() => {
    terminal.ring(String(++frames).repeat(2000));
    terminal.show({ rows: Array.from({ length: 100 }, () => [...row]), cursor: undefined });
  }, 10);
}

show("ready");
if (way === "throw") {
  setTimeout(() => {
    throw new Error("thrown");
  }, 200);
}
if (way === "throw while writing") {
  setTimeout(() => {
    terminal.show({ rows: [[{ text: "y".repeat(80), style: {} }]], cursor: undefined });
    queueMicrotask(() =>
      queueMicrotask(() => {
        throw new Error("thrown");
      })
    );
  }, 200);
}
if (way === "reject") setTimeout(() => Promise.reject(new Error("rejected")), 200);
if (way === "exit") setTimeout(() => Deno.exit(7), 200);

for await (const bytes of terminal.input) {
  const typed = new TextDecoder().decode(bytes);
  if (typed === "\x1a") terminal.suspend();
  else if (typed === "q") end();
  else if (typed === "f") flood();
  else if (typed === "r") terminal.ring("pat \x1b]0;x\x07");
  else show(`typed ${JSON.stringify(typed)}`);
}
