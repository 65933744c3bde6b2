/** History in events of bearable size: a thousand long messages would not fit into one frame. */
const MAX_TEXT = 64 * 1024;
const MAX_MESSAGES = 100;

/** The same messages in the same order; one page of none if there are none. */
export function pages<T extends { text: string }>(
  messages: T[],
  maxMessages = MAX_MESSAGES,
): T[][] {
  const pages: T[][] = [[]];
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
