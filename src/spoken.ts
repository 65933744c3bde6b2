/** Messages that were kept, as text: lines to read on a terminal, and CSV. Pure. */
import type { Said } from "./chat/event.ts";
import { describe } from "./chat/words.ts";
import { visible } from "./terminal/visible.ts";

/** For example "[2026-11-20 21:14] pat: hello", by this computer's clock, fit for a terminal. */
export function line(said: Said): string {
  return `[${minute(said.at)}] ${visible(describe({ type: "message", ...said })!)}`;
}

/** The same with its room: "[2026-11-20 21:14] #lobby pat: hello". */
export function lineWithRoom(said: Said): string {
  const words = describe({ type: "message", ...said })!;
  return `[${minute(said.at)}] ${visible(`#${said.room} ${words}`)}`;
}

/** "2026-11-20 21:14". */
export function minute(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

const COLUMNS = ["room", "seq", "at", "nick", "text", "emote", "id"] as const;

/** The first line of CSV, without its end. */
export const CSV_HEADER = COLUMNS.join(",");

/** A message as RFC 4180 has it, without its line's end. A text may hold lines of its own. */
export function csv(said: Said): string {
  const fields = { ...said, at: new Date(said.at).toISOString() };
  return COLUMNS.map((column) => csvField(String(fields[column]))).join(",");
}

function csvField(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
