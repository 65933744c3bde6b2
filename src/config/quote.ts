/**
 * How a message repeats what somebody wrote: on one line, not too long, every character visible.
 */

/** Most characters of a found value that a message repeats. */
const MAX_SHOWN_CHARACTERS = 40;

/** Controls, format characters such as bidi marks, halves of pairs, and the two line separators. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The text with every character that would not show as itself written as its code: `\u{1b}`. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** The text, cut when it is long. */
export function shorten(text: string): string {
  // A character is one or two units of a string, so twice the maximum holds enough of them.
  const characters = [...text.slice(0, 2 * MAX_SHOWN_CHARACTERS + 2)];
  return characters.length <= MAX_SHOWN_CHARACTERS
    ? text
    : characters.slice(0, MAX_SHOWN_CHARACTERS).join("") + "…";
}

/** A value as a message names it: text in quotes, a number in digits, the rest by its kind. */
export function quote(value: unknown): string {
  if (typeof value === "string") return `"${visible(shorten(value))}"`;
  if (typeof value === "number") return String(value).replace("Infinity", "inf").toLowerCase();
  if (typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return "a list";
  return value instanceof Date ? "a date" : "a table";
}
