/**
 * What nicks, rooms and texts may be, alike on every wire: what the strictest of them can carry, and
 * nothing that could be taken for somebody else.
 */
import { LOOK_ALIKES } from "./look_alikes.ts";

const MAX_CODE_POINTS = 32;

/** Letters, digits and marks of any script, and signs that no wire gives a meaning of its own. */
const CHARACTERS = /^[\p{L}\p{N}\p{M}\-_.[\]{}|\\`'~+]+$/u;

/** Characters that are letters or marks to Unicode, and yet show nothing. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;

/** A name that begins with a mark, or piles them up, would be drawn over its neighbours. */
const PILED_MARKS = /^\p{M}|\p{M}{4}/u;

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

const RESERVED = new Set(["server", "system"]);

/** Whether somebody may be called so: "chris", "Zoë", "r2-d2". */
export function isNick(text: string): boolean {
  // A compatibility form may hide what is no letter: "⑴" is "(1)".
  return isName(text) && isName(text.normalize("NFKC"));
}

function isName(text: string): boolean {
  // Long before counting code points: at most two UTF-16 units make one.
  return text.length <= 2 * MAX_CODE_POINTS && [...text].length <= MAX_CODE_POINTS &&
    CHARACTERS.test(text) && !INVISIBLE.test(text) && !PILED_MARKS.test(text) &&
    LETTER_OR_DIGIT.test(text);
}

/** Whether the name could be taken for the server's own: "[Server]", "SYSTEM". */
export function isReserved(nick: string): boolean {
  return nickKeys(nick).some((key) =>
    RESERVED.has(key.normalize("NFD").replace(/[^\p{L}\p{N}]/gu, ""))
  );
}

/**
 * Two nicks that share a key are one nick: "Paul", "PAUL", and "Рaul" with a Cyrillic letter. There is
 * a key for how a name looks in small letters and one for capitals, because those may differ: Greek
 * "τονυ" is drawn like "tovu", its capitals like "TONY".
 */
export function nickKeys(nick: string): string[] {
  // Taken apart into letters and marks, so that a look-alike is found under its marks as well.
  const capitals = nick.normalize("NFKD").toUpperCase().normalize("NFKD");
  const small = skeleton(capitals.toLowerCase().normalize("NFKD")).toLowerCase();
  const large = skeleton(capitals).toLowerCase();
  return small === large ? [small] : [small, large];
}

/** A room's own name for any way to write it: "Dev" is "dev". Undefined if there can be no such room. */
export function roomName(text: string): string | undefined {
  if (!isNick(text)) return undefined;
  const name = text.normalize("NFKC").toLowerCase().normalize("NFKC");
  return isNick(name) ? name : undefined;
}

/** Whether a text can be said: it has something in it, no NUL, and no half of a character. */
export function isText(text: string): boolean {
  return text !== "" && text.isWellFormed() && !text.includes("\0");
}

/** Whether the text's UTF-8 fits, counted without encoding it. */
export function fits(text: string, maxBytes: number): boolean {
  if (text.length * 3 <= maxBytes) return true;
  let bytes = text.length;
  for (let i = 0; i < text.length && bytes <= maxBytes; i++) {
    const unit = text.charCodeAt(i);
    // Two bytes from U+0080 on, three from U+0800; the two halves of a pair make four together.
    if (unit >= 0x80) bytes += unit < 0x800 || (unit & 0xf800) === 0xd800 ? 1 : 2;
  }
  return bytes <= maxBytes;
}

function skeleton(text: string): string {
  let same = "";
  for (const character of text) same += LOOK_ALIKES.get(character) ?? character;
  return same;
}
