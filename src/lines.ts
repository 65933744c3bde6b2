/** Text in and out of the program: lines of input, and writing that ends quietly with a closed pipe. */
import { EXIT, ProgramError } from "./exit.ts";

/** A longer line than any message may be is cut into several, so that memory stays bounded. */
const MAX_LINE_LENGTH = 1_000_000;

/**
 * The lines of a stream of UTF-8, without their ends; the last one needs none. What is not UTF-8 is read as
 * signs that say so, or, if it is `fatal`, throws a TypeError.
 */
export async function* readLines(
  bytes: ReadableStream<Uint8Array>,
  { maxLength = MAX_LINE_LENGTH, fatal = false } = {},
): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal });
  let rest = "";
  for await (const piece of bytes) {
    rest += decoder.decode(piece, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop()!;
    for (const line of lines) yield withoutReturn(line);
    for (; rest.length > maxLength; rest = rest.slice(maxLength)) {
      yield rest.slice(0, maxLength);
    }
  }
  rest += decoder.decode();
  if (rest !== "") yield withoutReturn(rest);
}

/** What arrow keys and the like send, and control characters but for the tab. */
// deno-lint-ignore no-control-regex
const KEYS = /\x1b(\[[\d;]*|O)?[A-Za-z~]?|[\x00-\x08\x0b-\x1f\x7f]/g;

/** Lines as they were meant: without what arrow keys and the like leave in them where nobody reads such keys. */
export async function* withoutKeys(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield edited(line).replace(KEYS, "");
}

/** Where the terminal itself does not edit what is typed, its keys for that are found in the line. */
function edited(line: string): string {
  let kept: string[] = [];
  for (const character of line) {
    if (character === "\b" || character === "\x7f") kept.pop();
    else if (character === "\x15") kept = [];
    else kept.push(character);
  }
  return kept.join("");
}

/**
 * Writes text, all of it; resolves with 0, the exit code of a program that only had this to say. When nobody
 * reads it any more the program ends, or does what it has to do first.
 */
export function writer(
  to: { write(bytes: Uint8Array): Promise<number> },
  onClosed: () => void = () => Deno.exit(EXIT.ok),
) {
  const encoder = new TextEncoder();
  return async (text: string): Promise<number> => {
    const bytes = encoder.encode(text);
    try {
      for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
    } catch (error) {
      // Whoever read this has gone, as `head` does: there is nobody left to tell.
      if (error instanceof Deno.errors.BrokenPipe) onClosed();
      else throw new ProgramError(`cannot write: ${(error as Error).message}`, EXIT.failure);
    }
    return EXIT.ok;
  };
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
