/** What is told as entries of a place: who said it, whether it is one's own, and whether one was spoken to. */
import type { Event } from "../chat/event.ts";
import type { Entry } from "./buffer.ts";

/** Whoever reads it, and when. */
interface Reader {
  nick: string;
  now: number;
}

export function notice(text: string, at: number): Entry {
  return { ...BLANK, kind: "notice", at, text: cut(text) };
}

const BLANK: Entry = {
  kind: "notice",
  at: 0,
  nick: "",
  to: "",
  text: "",
  seq: 0,
  isOwn: false,
  isMention: false,
};

type Said = Pick<
  Extract<Event, { type: "message" }>,
  "at" | "nick" | "text" | "seq" | "emote"
>;

export function messageEntry(model: Reader, said: Said): Entry {
  const { at, nick, text, seq, emote } = said;
  const isOwn = nick === model.nick;
  return {
    ...BLANK,
    kind: emote ? "emote" : "message",
    at: at || model.now,
    nick: cutNick(nick),
    text: cut(text),
    seq,
    isOwn,
    isMention: !isOwn && mentions(text, model.nick),
  };
}

export function directEntry(
  model: Reader,
  { at, nick, to, text, seq }: { at: number; nick: string; to: string; text: string; seq: number },
): Entry {
  const isOwn = nick === model.nick;
  const when = at || model.now;
  const people = { nick: cutNick(nick), to: cutNick(to) };
  return {
    ...BLANK,
    kind: "direct",
    at: when,
    ...people,
    text: cut(text),
    seq,
    isOwn,
    isMention: !isOwn,
  };
}

/** Whether a text has the nick as a word of its own, in any case. */
export function mentions(text: string, nick: string): boolean {
  const folded = text.toLowerCase();
  const word = nick.toLowerCase();
  if (word === "") return false;
  for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1)) {
    const isWord = !LETTER.test(folded[at - 1] ?? "") &&
      !LETTER.test(folded[at + word.length] ?? "");
    if (isWord) return true;
  }
  return false;
}

/** What is beyond it is not shown: a text that fills many screens is no talk. */
const MAX_SHOWN_LENGTH = 8000;
const MAX_NICK_LENGTH = 64;

function cut(text: string): string {
  if (text.length <= MAX_SHOWN_LENGTH) return text;
  const more = text.length - MAX_SHOWN_LENGTH;
  return `${text.slice(0, MAX_SHOWN_LENGTH).toWellFormed()} ... (${more} characters more)`;
}

export function cutNick(nick: string): string {
  return nick.slice(0, MAX_NICK_LENGTH);
}

const LETTER = /[\p{L}\p{N}_]/u;
