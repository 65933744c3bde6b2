/** History in events of bearable size: a thousand long messages would not fit into one frame. */
import type { Said } from "../chat/event.ts";

const MAX_TEXT = 64 * 1024;
const MAX_MESSAGES = 100;

/** The same messages in the same order; one page of none if there are none. */
export function pages(messages: Said[], maxMessages = MAX_MESSAGES): Said[][] {
  const pages: Said[][] = [[]];
  let length = 0;
  for (const message of messages) {
    length += message.text.length;
    const last = pages.at(-1)!;
    const isFull = last.length === maxMessages || length > MAX_TEXT;
    if (last.length === 0 || !isFull) {
      last.push(message);
    } else {
      pages.push([message]);
      length = message.text.length;
    }
  }
  return pages;
}
