/**
 * Strangers' text, made fit to be shown: what would move the cursor, colour, hide, reorder or overprint
 * is replaced by a sign that can be seen. Nothing that a stranger wrote may reach a terminal without it.
 */

/** C0 and C1 controls, line and paragraph separators, and what hides or reorders text. */
const CONTROLS =
  // deno-lint-ignore no-control-regex
  /[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]|\p{Cs}/gu;

/** More marks than this on one letter serve only to draw over other rows. */
const MAX_MARKS = 4;
/** As many joiners as any script or picture needs in one place. */
const MAX_JOINERS = 2;
/** Everything that clings to the character before it, in one run: no run is looked at twice. */
const CLINGING = /[\p{M}\u200c\u200d]{2,}/gu;

/** For example "\x1b[2J" becomes "␛[2J"; a line feed becomes "␊", so that one text stays one line. */
export function visible(text: string): string {
  return text.replace(CONTROLS, picture).replace(CLINGING, thinned);
}

/** The same for a text that may have several lines, which stay lines. */
export function visibleLines(text: string): string {
  return text.replaceAll("\t", "  ").split("\n").map(visible).join("\n");
}

function thinned(run: string): string {
  let marks = 0;
  let joiners = 0;
  let kept = "";
  for (const character of run) {
    const isJoiner = character === "\u200c" || character === "\u200d";
    if (isJoiner ? ++joiners <= MAX_JOINERS : ++marks <= MAX_MARKS) kept += character;
    if (marks > MAX_MARKS) break;
  }
  return kept;
}

function picture(character: string): string {
  const code = character.codePointAt(0)!;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "␡";
  return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}
