// The parts of @std that this project uses, typed here because the npm package that carries them
// has no types. Where @std comes from its own registry instead, delete this file together with
// `compilerOptions.types` in deno.json: what is declared here wins over a package's own types.

declare module "@std/assert" {
  type AnyError = abstract new (...args: never[]) => Error;
  export function assert(value: unknown, message?: string): asserts value;
  export function assertEquals<T>(actual: T, expected: T, message?: string): void;
  export function assertNotEquals<T>(actual: T, expected: T, message?: string): void;
  export function assertMatch(actual: string, expected: RegExp, message?: string): void;
  export function assertStringIncludes(actual: string, expected: string, message?: string): void;
  export function assertInstanceOf<T>(
    actual: unknown,
    expected: abstract new (...args: never[]) => T,
    message?: string,
  ): asserts actual is T;
  export function assertThrows<E extends Error = Error>(
    action: () => unknown,
    kind?: abstract new (...args: never[]) => E,
    includes?: string,
  ): E;
  export function assertRejects(
    action: () => PromiseLike<unknown>,
    kind?: AnyError,
    includes?: string,
  ): Promise<Error>;
  export function fail(message?: string): never;
}

declare module "@std/cli/parse-args" {
  export interface ParsedArgs {
    /** The positional arguments. */
    _: (string | number)[];
    /** What stood after `--`, when asked for. */
    "--"?: string[];
    [flag: string]: unknown;
  }
  export function parseArgs(args: readonly string[], options?: {
    string?: readonly string[];
    boolean?: readonly string[];
    collect?: readonly string[];
    negatable?: readonly string[];
    alias?: Readonly<Record<string, string | readonly string[]>>;
    stopEarly?: boolean;
    "--"?: boolean;
    unknown?: (argument: string, key?: string, value?: unknown) => unknown;
  }): ParsedArgs;
}

declare module "@std/fmt/colors" {
  export function setColorEnabled(enabled: boolean): void;
  export function getColorEnabled(): boolean;
  export function bold(text: string): string;
  export function dim(text: string): string;
  export function red(text: string): string;
  export function green(text: string): string;
  export function yellow(text: string): string;
  export function cyan(text: string): string;
}

declare module "@std/path" {
  export function basename(path: string | URL): string;
  export function dirname(path: string | URL): string;
  export function extname(path: string | URL): string;
  export function fromFileUrl(url: string | URL): string;
  export function isAbsolute(path: string): boolean;
  export function join(...parts: string[]): string;
  export function normalize(path: string): string;
  export function relative(from: string, to: string): string;
  export function resolve(...parts: string[]): string;
}

declare module "@std/path/dirname" {
  export function dirname(path: string | URL): string;
}

declare module "@std/path/join" {
  export function join(...parts: string[]): string;
}

declare module "@std/toml" {
  /** Throws SyntaxError, whose message names line and column. */
  export function parse(toml: string): Record<string, unknown>;
}
