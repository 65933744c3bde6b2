/**
 * People with netcat or telnet: a line typed is a line said. The first one is a name; what comes back is
 * what our own client shows, without anything that their terminal would obey.
 */
import type { Command } from "../chat/command.ts";
import type { Event } from "../chat/event.ts";
import { help, holdsSecret, readLine, writeLine } from "../chat/slash.ts";
import { describe } from "../chat/words.ts";
import {
  asciiOnly,
  type Dialect,
  type Encoder,
  type Heard,
  oneLine,
  utf8,
  type WireOptions,
} from "./dialect.ts";
import { FirstJoin, NOT_OBEYED, Place } from "./one_room.ts";

const ASK_NAME = "*** what is your name? type it and press Enter";
const ASK_PASSWORD =
  "*** this server has a password: type it and press Enter; it can be seen, for nobody can hide it here";

export const plain: Dialect = {
  name: "plain",
  summary: "nc HOST PORT (or telnet), then your name and Enter",

  detect(head) {
    if (head.length === 0) return "more";
    // A byte order mark is typed by no one: a program has mistaken this for a file.
    if (head[0] === 0xef && (head[1] === 0xbb || head.length === 1)) {
      return head.length === 1 ? "more" : "no";
    }
    // The first byte decides alone: how many more have come with it is chance.
    return isTyped(head[0]!) || head[0] === INTERPRET_AS_COMMAND ? "yes" : "no";
  },

  server(options) {
    const telnetEncoder = lineEncoder(options, "\r\n");
    return {
      *decode(input) {
        // Who has said nothing was taken for a person, and should know what to do.
        if (input.length === 0) yield answer("\r\n", ASK_NAME);
        const place = new Place(options);
        let hasSpoken = false;
        for (let isTelnet = false;;) {
          input.begin();
          const line = yield* input.line(options.maxMessageBytes);
          if (!isTelnet && input.hadReturn) {
            isTelnet = true;
            yield { type: "switch", encoder: telnetEncoder };
          }
          const typed = readTyped(line);
          // Enter alone is a question: what now?
          if (!hasSpoken && typed.trim() === "") yield answer(isTelnet ? "\r\n" : "\n", ASK_NAME);
          hasSpoken ||= typed.trim() !== "";
          const heard = hear(typed, place, options);
          if (heard?.type === "answer") yield answer(isTelnet ? "\r\n" : "\n", ...heard.lines);
          else yield heard ?? { type: "ignored" };
        }
      },
      encoder: lineEncoder(options, "\n"),
    };
  },

  client(options) {
    const firstJoin = new FirstJoin(options);
    return {
      *decode(input) {
        for (;;) {
          input.begin();
          yield understand(lossy.decode(yield* input.line(options.maxMessageBytes)), options);
        }
      },
      encoder: {
        encode(command) {
          const line = firstJoin.is(command) ? undefined : lineFor(command, options);
          return line === undefined ? undefined : utf8(withoutControls(oneLine(line)) + "\n");
        },
      },
    };
  },

  // What was typed stands on the screen already.
  repeatsToAuthor: false,
};

const lossy = new TextDecoder("utf-8", { ignoreBOM: true });

/** ASCII that has a key, or the first byte of a letter in UTF-8. */
function isTyped(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f || byte >= 0xc2 && byte <= 0xf4 ||
    byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

// The server hears.

type Typed = Command | { type: "answer"; lines: string[] };

function hear(text: string, place: Place, options: WireOptions): Typed | undefined {
  if (text.trim() === "") return undefined;
  if (!options.slashCommands) {
    if (holdsSecret(text)) return { type: "answer", lines: [`*** ${NOT_OBEYED}`] };
    return { type: "say", room: place.room, text, id: "" };
  }
  const line = readLine(text, place.room);
  switch (line.type) {
    case "help":
      return { type: "answer", lines: help(line.about) };
    case "mistake":
      return { type: "answer", lines: [`*** ${line.text}`] };
    default:
      return place.follow(line);
  }
}

function answer(end: string, ...lines: string[]): Heard<Command> {
  return { type: "answer", bytes: utf8(lines.map((line) => line + end).join("")) };
}

/** What telnet says about itself begins with this byte, then a verb, then what it is about. */
const INTERPRET_AS_COMMAND = 0xff;
const FIRST_VERB_WITH_OPTION = 0xfb;

/** A line as it stood on the screen: without telnet's own talk, and with what was erased left out. */
function readTyped(line: Uint8Array): string {
  const bytes: number[] = [];
  for (let at = 0; at < line.length; at++) {
    if (line[at] !== INTERPRET_AS_COMMAND) bytes.push(line[at]!);
    else at += line[at + 1]! >= FIRST_VERB_WITH_OPTION ? 2 : 1;
  }
  const typed: string[] = [];
  for (const character of lossy.decode(Uint8Array.from(bytes))) {
    if (character === "\b" || character === "\x7f") typed.pop();
    else typed.push(character);
  }
  return withoutControls(typed.join(""));
}

// The server says.

function lineEncoder({ lobby, ascii }: WireOptions, end: string): Encoder<Event> {
  return {
    encode(event, own) {
      // It stands on the screen already, where it was typed.
      if (own && event.type === "message") return undefined;
      const lines = linesOf(event, lobby).map((line) => withoutControls(oneLine(line)));
      if (lines.length === 0) return undefined;
      return utf8(lines.map((line) => (ascii ? asciiOnly(line) : line) + end).join(""));
    },
    takesTalkForName: true,
  };
}

function linesOf(event: Event, lobby: string): string[] {
  const line = describe(event, lobby);
  if (event.type === "history" || event.type === "found") {
    const said = event.messages.flatMap((it) => linesOf({ ...it, type: "message" }, lobby));
    return line === undefined ? said : [line, ...said];
  }
  if (line === undefined) return [];
  if (event.type === "failed" && event.command === "hello") return refused(event.code, line);
  const isElsewhere = event.type === "message" && event.room !== lobby;
  return [isElsewhere ? `#${event.room} ${line}` : line];
}

/** Not let in: what is wrong, and what to type next. */
function refused(code: string, line: string): string[] {
  if (code === "bad-password") return [ASK_PASSWORD];
  // Who is kept out is asked for nothing more.
  return code === "banned" ? [line] : [line, ASK_NAME];
}

/** What moves the cursor, colours or reorders text is no part of it here. */
function withoutControls(text: string): string {
  return text.replace(/\t/g, " ").replace(/[\p{Cc}\p{Bidi_Control}]/gu, "?");
}

// The client.

function understand(line: string, { lobby: room }: WireOptions): Event {
  const [, nick, text = ""] = /^([^\s*]\S*): (.*)$/s.exec(line) ?? [];
  if (nick === undefined) {
    return { type: "notice", text: line.replace(/^\*\*\* /, ""), urgent: false };
  }
  return { type: "message", room, seq: 0, at: 0, nick, text, emote: false, id: "" };
}

function lineFor(command: Command, { slashCommands }: WireOptions): string | undefined {
  if (command.type === "hello") return command.nick;
  if (command.type === "say" && !slashCommands) return command.text;
  return writeLine(command);
}
