/** What happened, in one line: text for people, JSON for programs. Never what people say. */
export type Level = "info" | "warning" | "error";

export interface Fields {
  [name: string]: string | number | boolean | undefined | Error | unknown;
}

/** `message` is a constant, so that lines can be counted by it; what varies is in the fields. */
export type Log = (level: Level, message: string, fields?: Fields) => void;

export interface LogOptions {
  format: "text" | "json" | "off";
  write(line: string): void;
  now(): number;
}

export function makeLog({ format, write, now }: LogOptions): Log {
  if (format === "off") return () => {};
  const line = format === "json" ? jsonLine : textLine;
  return (level, message, fields = {}) => write(line(new Date(now()), level, message, fields));
}

function jsonLine(at: Date, level: Level, message: string, fields: Fields): string {
  const plain = mapValues(fields, (value) => value instanceof Error ? value.stack : value);
  return JSON.stringify({ time: at.toISOString(), level, message, ...plain }) + "\n";
}

function textLine(at: Date, level: Level, message: string, fields: Fields): string {
  const words = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${textValue(value)}`);
  const time = at.toISOString().slice(11, 19);
  return [time, level, message, ...words].join(" ") + "\n";
}

/** Bare where that is clear, else quoted with all that is not plain ASCII escaped. */
function textValue(value: unknown): string {
  const text = value instanceof Error ? value.stack ?? value.message : String(value);
  if (/^[\w.:\-[\]/]+$/.test(text)) return text;
  return JSON.stringify(text).replace(
    /[\x7f-\uffff]/g,
    (unit) => "\\u" + unit.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}

function mapValues(fields: Fields, change: (value: unknown) => unknown): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, change(value)]));
}
