/** What is pasted: several lines may have been meant for somewhere else, and would be as many messages. */

export function linesOf(text: string): string[] {
  return text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== "");
}
