/** Completes what is being typed with the Tab key: commands, nicks and rooms. */

export interface Completion {
  /** The text before the cursor as it was typed, and all that it could become. */
  typed: string;
  candidates: readonly string[];
  index: number;
}

export interface Words {
  /** With their slash. */
  commands: readonly string[];
  nicks: readonly string[];
  /** Without "#". */
  rooms: readonly string[];
}

/** The first completion of a text that ends at the cursor, or the one after the last; undefined if there is none. */
export function complete(
  before: string,
  words: Words,
  last: Completion | undefined,
): Completion | undefined {
  if (last && last.candidates[last.index] === before) {
    return { ...last, index: (last.index + 1) % last.candidates.length };
  }
  const candidates = candidatesFor(before, words);
  return candidates.length === 0 ? undefined : { typed: before, candidates, index: 0 };
}

export function completed({ candidates, index }: Completion): string {
  return candidates[index]!;
}

function candidatesFor(before: string, { commands, nicks, rooms }: Words): string[] {
  const start = before.search(/\S*$/);
  const word = before.slice(start);
  if (word === "") return [];
  const head = before.slice(0, start);
  if (start === 0 && word.startsWith("/")) {
    return matching(commands, word).map((command) => `${command} `);
  }
  if (word.startsWith("#")) return matching(rooms, word.slice(1)).map((it) => `${head}#${it} `);
  if (/^\/(join|part|users|who) +$/.test(head)) {
    return matching(rooms, word).map((it) => `${head}${it} `);
  }
  const bare = word.startsWith("@") ? word.slice(1) : word;
  // At the beginning of a line one speaks to somebody.
  const end = start === 0 ? ": " : " ";
  return matching(nicks, bare).map((nick) => `${head}${nick}${end}`);
}

function matching(words: readonly string[], start: string): string[] {
  const folded = start.toLowerCase();
  return words.filter((word) => word.toLowerCase().startsWith(folded)).toSorted();
}
