/**
 * The one error of this folder: somebody wrote a setting that cannot be used. Its message is one
 * line for that person and never carries their control characters to a terminal.
 */
import { quote, visible } from "./quote.ts";

/** Exit code of a command line that cannot be used, as the shells have it. */
export const USAGE = 2;
/** Exit code of a file or a variable that cannot be used, as sysexits.h has it. */
export const CONFIGURATION = 78;

/** A word that means nothing here, exactly as it was written, and the words that would. */
export interface Unknown {
  word: string;
  known: readonly string[];
}

/** What is wrong with the configuration, and the code that the program should exit with. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly exitCode: typeof USAGE | typeof CONFIGURATION;
  /** Present when a word was not known: the caller may add "did you mean ...?". */
  readonly unknown?: Unknown;

  constructor(
    message: string,
    about: { exitCode?: ConfigError["exitCode"]; unknown?: Unknown } = {},
  ) {
    super(visible(message));
    this.exitCode = about.exitCode ?? CONFIGURATION;
    if (about.unknown) this.unknown = about.unknown;
    // Where our code noticed the mistake is of no use to whoever made it.
    this.stack = `${this.name}: ${this.message}`;
  }
}

/** The refusal of a file's key that is no setting. */
export function unknownKey(key: string, known: readonly string[], where: string): ConfigError {
  return new ConfigError(`${where}: unknown key ${quote(key)}`, { unknown: { word: key, known } });
}
