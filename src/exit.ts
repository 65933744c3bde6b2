/** How a command ends: its exit code, and one line that says why. Never a stack trace. */
import { nearest } from "./chat/nearest.ts";
import { ConfigError } from "./config/error.ts";
import { visible } from "./terminal/visible.ts";
import { StoreError } from "./store/error.ts";

/** As sysexits.h numbers them, where it does. */
export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  unreachable: 69,
  cannotCreate: 73,
  noPermission: 77,
  configuration: 78,
  interrupted: 130,
} as const;

/** Something that the person who started the program should know, and can mend. */
export class ProgramError extends Error {
  override name = "ProgramError";
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

const STORE_CODES = {
  "cannot-create": EXIT.cannotCreate,
  "no-permission": EXIT.noPermission,
  "not-ours": EXIT.configuration,
};

/** What an error says to the person, fit for a terminal, and the code to exit with. */
export function verdict(error: unknown): { message: string; exitCode: number } {
  const { message, exitCode } = explain(error);
  return { message: message.split("\n").map(visible).join("\n"), exitCode };
}

function explain(error: unknown): { message: string; exitCode: number } {
  if (error instanceof ConfigError) {
    const meant = error.unknown && nearest(error.unknown.word, error.unknown.known);
    const dashes = error.exitCode === EXIT.usage ? "--" : "";
    const hint = meant ? `, did you mean ${dashes}${meant}?` : "";
    return { message: error.message + hint, exitCode: error.exitCode };
  }
  if (error instanceof ProgramError) return { message: error.message, exitCode: error.exitCode };
  if (error instanceof StoreError) {
    return { message: error.message, exitCode: STORE_CODES[error.kind] };
  }
  // A mistake of ours: the stack is what a report of it needs.
  const stack = error instanceof Error ? error.stack ?? error.message : String(error);
  return { message: `this should not have happened: ${stack}`, exitCode: EXIT.failure };
}
