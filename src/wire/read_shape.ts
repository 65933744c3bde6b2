/** Objects from strangers, read by the shapes of our tables. */
import { BLANK, type Field, type Kind, type OneOf, type Shape } from "../chat/shape.ts";
import type { JsonObject } from "./json.ts";

/**
 * Reads an object by the shape that its `type` has in a table. Fields that no shape names are left
 * behind, so nothing that a stranger adds travels on. Returns what is wrong as a string.
 */
export function readOneOf<Table extends Record<string, Shape>>(
  table: Table,
  object: JsonObject,
): OneOf<Table> | string {
  const type = Object.hasOwn(object, "type") ? object["type"] : undefined;
  if (typeof type !== "string") return 'there is no "type"';
  if (!Object.hasOwn(table, type)) return "there is no such type";
  const problems: string[] = [];
  const fields = readShape(table[type]!, object, problems);
  return problems[0] ?? { type, ...fields } as OneOf<Table>;
}

function readShape(shape: Shape, object: JsonObject, problems: string[]): JsonObject {
  const read: JsonObject = {};
  for (const [name, field] of Object.entries(shape)) {
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    read[name] = readField(field, value, { name, problems });
  }
  return read;
}

function readField(
  field: Field,
  value: unknown,
  at: { name: string; problems: string[] },
): unknown {
  if (typeof field === "string") {
    if (value === undefined && field.endsWith("?")) return BLANK[field as keyof typeof BLANK];
    if (isOfKind(field, value)) return value;
  } else if (Array.isArray(field)) {
    if (value === undefined) return [];
    if (Array.isArray(value)) return value.map((item) => readField(field[0], item, at));
  } else if (typeof value === "object" && value !== null) {
    return readShape(field as Shape, value as JsonObject, at.problems);
  }
  at.problems.push(`"${at.name}" is missing or not of its kind`);
  return undefined;
}

function isOfKind(kind: Kind, value: unknown): boolean {
  if (kind.startsWith("number")) return Number.isSafeInteger(value);
  return kind.startsWith("string") ? typeof value === "string" : typeof value === "boolean";
}
