/**
 * Shapes: what fields a command or an event has, as data, so that one table gives the types, the
 * JSON of the native wire and the checks on what strangers send.
 */

/** What a field holds; one with "?" may be left out on a wire, and is then "" or 0. */
export type Kind = "string" | "string?" | "number" | "number?" | "boolean?";

export interface Shape {
  readonly [field: string]: Field;
}

/** A plain value, a list of fields alike, or a shape within a shape. */
export type Field = Kind | readonly [Field] | Shape;

/** The value that a field holds, once read. */
export type Value<F> = F extends "string" | "string?" ? string
  : F extends "number" | "number?" ? number
  : F extends "boolean?" ? boolean
  : F extends readonly [infer Item] ? Value<Item>[]
  : { -readonly [K in keyof F]: Value<F[K]> };

/** One of the shapes in a table, with its name as `type`. */
export type OneOf<Table> = {
  -readonly [Name in keyof Table]: { type: Name } & Value<Table[Name]>;
}[keyof Table];

/** What a field that was left out holds. */
export const BLANK = { "string?": "", "number?": 0, "boolean?": false } as const;

type IsOptional<F> = F extends keyof typeof BLANK ? true : false;

/** A shape's values, those left out that may be. */
export type Given<S> =
  & { -readonly [K in keyof S as IsOptional<S[K]> extends true ? never : K]: Value<S[K]> }
  & { -readonly [K in keyof S as IsOptional<S[K]> extends true ? K : never]?: Value<S[K]> };
