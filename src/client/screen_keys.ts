/** What becomes of the full screen when somebody presses a key. */
import { ask } from "../chat/command.ts";
import type { Key } from "../terminal/keys.ts";
import { cleared, edit, insert, replace } from "../terminal/line_editor.ts";
import { add, find, newer, older, type Recalled, visit } from "../terminal/recall.ts";
import { complete, completed } from "./complete.ts";
import { linesOf } from "./paste.ts";
import { type Action, send } from "./person.ts";
import { scroll, toBottom } from "./scroll.ts";
import type { Model } from "./screen_model.ts";
import { addNotice, closeBuffer, goTo } from "./talk.ts";
import * as talk from "./talk_lines.ts";

type Step = [model: Model, actions: Action[]];

export function press(model: Model, key: Key): Step {
  if (model.pasted !== undefined) return answerPaste(model, model.pasted, key);
  switch (key.type) {
    case "text":
      return [typing(model, insert(model.line, key.text)), []];
    case "paste":
      return paste(model, key.text);
    case "wheel":
      return scroll(model, key.lines);
    case "focus":
      return [{ ...model, isFocused: key.isIn }, []];
    case "key":
      return pressNamed(model, key);
  }
}

function typing(model: Model, line: Model["line"]): Model {
  return { ...model, line, completion: undefined, search: undefined };
}

/** What a key can do, by the names that client.toml has for it. */
export const KEY_ACTIONS: Record<string, (model: Model) => Step> = {
  "next": (model) => [talk.step(model, 1), []],
  "previous": (model) => [talk.step(model, -1), []],
  "unread": (model) => [talk.toUnread(model), []],
  "page-up": (model) => scroll(model, -pageOf(model)),
  "page-down": (model) => scroll(model, pageOf(model)),
  "bottom": (model) => [toBottom(model), []],
  "complete": completeLine,
  "recall-older": (model) => [recalling(model, older(model.recall, model.line.text)), []],
  "recall-newer": (model) => [recalling(model, newer(model.recall, model.line.text)), []],
  "search": (model) => [searchLines(model), []],
  "enter": submit,
  "clear-or-quit": (model) =>
    model.line.text === "" ? quit(model) : [typing(model, cleared(model.line)), []],
  "quit-if-empty": (model) => model.line.text === "" ? quit(model) : [model, []],
  "repaint": (model) => [model, [{ type: "repaint" }]],
  "suspend": (model) => [model, [{ type: "suspend" }]],
  "close": (model) => talk.close(model),
  "trace": (model) => [toggleTrace(model), []],
};

/** All other keys edit the line. */
export const DEFAULT_KEYS: readonly [key: string, action: string, does: string][] = [
  ["enter", "enter", "send what is typed"],
  ["tab", "complete", "complete a command, a nick or a room"],
  ["up", "recall-older", "what was typed before"],
  ["down", "recall-newer", "what was typed after it"],
  ["ctrl-r", "search", "find a line typed before by what is typed now"],
  ["page-up", "page-up", "scroll back"],
  ["page-down", "page-down", "scroll on"],
  ["escape", "bottom", "go to the newest messages"],
  ["alt-n", "next", "go to the next room"],
  ["ctrl-n", "next", "the same"],
  ["alt-p", "previous", "go to the room before"],
  ["ctrl-p", "previous", "the same"],
  ["alt-a", "unread", "go to where something was said"],
  ["ctrl-l", "repaint", "paint the screen anew"],
  ["ctrl-z", "suspend", "put the program to sleep; fg wakes it"],
  ["ctrl-c", "clear-or-quit", "clear the line, then leave"],
  ["ctrl-d", "quit-if-empty", "leave"],
];

const USUAL_KEYS = new Map(DEFAULT_KEYS.map(([key, action]) => [key, action]));

function pressNamed(model: Model, key: Extract<Key, { type: "key" }>): Step {
  const line = edit(model.line, key);
  // Up goes up in a line of several rows, and Ctrl-D deletes what there is; what a person has bound goes before.
  const isOwn = model.keys.get(key.name) !== USUAL_KEYS.get(key.name);
  if (line && !isOwn) return [typing(model, line), []];
  const action = model.keys.get(key.name);
  if (action !== undefined) return KEY_ACTIONS[action]?.(model) ?? [model, []];
  const digit = /^alt-([1-9])$/.exec(key.name)?.[1];
  return digit === undefined ? [model, []] : [talk.toNumber(model, Number(digit) - 1), []];
}

function pageOf({ rows }: Model): number {
  return Math.max(1, rows - 4);
}

// Recalling, completing, pasting.

function recalling(model: Model, recalled: Recalled | undefined): Model {
  if (!recalled) return model;
  const { text, recall } = recalled;
  const whole = { start: 0, end: model.line.text.length, text };
  return { ...typing(model, replace(model.line, whole)), recall };
}

/** The newest line that has what is typed in it; pressed again, an older one. */
function searchLines(model: Model): Model {
  const { recall, line } = model;
  const text = model.search?.text ?? line.text;
  const found = find(recall, text, model.search ? { before: model.search.at } : {});
  if (!found) return model;
  const next = recalling(model, visit(recall, { at: found.at, text: line.text }));
  return { ...next, search: { text, at: found.at } };
}

function completeLine(model: Model): Step {
  const { text, cursor } = model.line;
  const completion = complete(text.slice(0, cursor), wordsHere(model), model.completion);
  if (!completion) return [model, []];
  const before = completed(completion);
  const line = replace(model.line, { start: 0, end: cursor, text: before });
  return [{ ...model, line, completion }, []];
}

function wordsHere(model: Model) {
  const words = talk.wordsOf(model);
  return { ...words, commands: [...words.commands, "/trace"] };
}

/** Several lines may have been meant for somewhere else, and are five messages before one notices. */
function paste(model: Model, text: string): Step {
  const lines = linesOf(text);
  if (lines.length <= 1 || model.status.wantsPassword) {
    return [typing(model, insert(model.line, lines[0] ?? "")), []];
  }
  return [{ ...model, pasted: text }, []];
}

function answerPaste(model: Model, text: string, key: Key): Step {
  const answer = key.type === "text" ? key.text.toLowerCase() : key.type === "key" ? key.name : "";
  const next = { ...model, pasted: undefined };
  if (answer === "y" || answer === "enter") {
    return linesOf(text).reduce<Step>(([model, actions], line) => {
      // What is pasted is text, whatever it begins with.
      const [after, more] = enter(model, line.startsWith("/") ? `/${line}` : line);
      return [after, [...actions, ...more]];
    }, [next, []]);
  }
  const isNo = ["n", "escape", "ctrl-c"].includes(answer);
  return [isNo ? next : model, []];
}

// Entering a line.

function submit(model: Model): Step {
  const { text } = model.line;
  if (text.trim() === "") return [toBottom(model), []];
  if (model.status.wantsPassword) {
    const hello = ask("hello", { nick: model.nick, password: text });
    return [typing(model, cleared(model.line)), [send(hello)]];
  }
  const next = toBottom({
    ...typing(model, cleared(model.line)),
    recall: add(model.recall, text),
  });
  return enter(next, text);
}

function enter(model: Model, text: string): Step {
  if (text.trim() === "/trace") return [toggleTrace(model), []];
  const [next, actions] = talk.enter(model, text);
  const isHelp = /^\/help\b/i.test(text);
  return [isHelp ? keyHelp(next).reduce((model, it) => addNotice(model, it), next) : next, actions];
}

/** What can be done on a screen beyond the commands of the table. */
function keyHelp({ keys }: Model): string[] {
  const does = new Map(DEFAULT_KEYS.map(([, action, does]) => [action, does]));
  for (const [, action, what] of DEFAULT_KEYS) if (what !== "the same") does.set(action, what);
  const rows: (readonly [string, string])[] = [
    ...talk.PLACE_COMMANDS,
    ["/trace", "show the bytes on the wire, or put them away"],
    ["alt-1 ... alt-9", "go to the room of that number"],
    ...[...keys].flatMap(([key, action]): [string, string][] => {
      const what = does.get(action);
      return what === undefined ? [] : [[key, what]];
    }),
  ];
  return rows.map(([what, does]) => `${what.padEnd(24)}${does}`);
}

function toggleTrace(model: Model): Model {
  return model.current === "trace" ? closeBuffer(model, "trace") : goTo(model, "trace");
}

function quit(model: Model): Step {
  return [{ ...model, isLeaving: true }, [send({ type: "quit", reason: "" })]];
}
