/**
 * What `--help` and the commented file both say of an option, and how they break it into lines.
 */
import type { Option } from "./options.ts";

/** From here on a maximum only keeps arithmetic exact, and is not worth a reader's time. */
const NOT_A_LIMIT = 1e9;

/** The option's help, and the values allowed unless the help has named them all. */
export function describe(option: Option): string {
  const bounds = boundsOf(option);
  return bounds === "" ? option.help : `${option.help} ${bounds}`;
}

/** The words in lines of at most that many characters, except where one word is longer. */
export function wrap(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (longer.length > width && line !== "") {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

function boundsOf({ help, choices, min = 0, max = Infinity }: Option): string {
  if (choices) {
    const words = new Set(help.split(/[^\w-]+/));
    const isNamed = choices.every((choice) => words.has(String(choice)));
    const named = choices.filter((choice) => choice !== "");
    return isNamed ? "" : `One of: ${named.join(", ")}.`;
  }
  if (max < NOT_A_LIMIT) return `From ${min} to ${max}.`;
  return min > 0 ? `At least ${min}.` : "";
}
