/** What people look for, in FTS5's language. It can ask for words alone: none of the signs that FTS5 obeys get through. */

/** Each costs, and nobody looks for more. */
const MAX_WORDS = 6;
/** Shorter words begin too many others to be looked for by their beginning. */
const MIN_PREFIX = 3;

/**
 * Asks for all of the words, the last of which may be the beginning of one, in rooms of these numbers, or in any if none are
 * given. Undefined if there is nothing to look for, or too much.
 */
export function wordQuery(words: string, rooms?: readonly number[]): string | undefined {
  // FTS5 takes NUL for the end.
  const wanted = words.split(/[\s\0]+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  if (wanted.length === 0 || wanted.length > MAX_WORDS || rooms?.length === 0) return undefined;
  // Only the last word may be unfinished: to look for a beginning costs as much as all words that begin so.
  const terms = wanted.map((word, index) => quoted(word, index === wanted.length - 1));
  const text = `text : (${terms.join(" AND ")})`;
  return rooms ? `room : (${rooms.map(roomToken).join(" OR ")}) AND ${text}` : text;
}

/** The word that stands for a room in the index. */
function roomToken(number: number): string {
  return `r${number}`;
}

/** A word that FTS5 takes for nothing but a word, or for the beginning of one. */
function quoted(word: string, isLast: boolean): string {
  const isPrefix = isLast && [...word].length >= MIN_PREFIX;
  return `"${word.replaceAll('"', '""')}"${isPrefix ? " *" : ""}`;
}
