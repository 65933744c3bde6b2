/**
 * Finds the links in what strangers say. Only http and https, and only what leads where it seems to: a link
 * never runs a script, and never hides its host behind a name and a password.
 */

export type Piece = { type: "text"; text: string } | { type: "link"; text: string; href: string };

const LINK = /(?<![\p{L}\p{N}])https?:\/\/[^\s<>"\\]+/giu;
/** A link this long is no address that anybody means to open. */
const MAX_LENGTH = 2000;
/** Ends the sentence, and not the link. */
const PUNCTUATION = /[.,;:!?'*_~…”’»]$/u;
const BRACKETS: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/** The text in pieces: joined they are the text again. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let end = 0;
  for (const { 0: match, index } of text.matchAll(LINK)) {
    const link = withoutEnd(match);
    const href = address(link);
    if (href === undefined) continue;
    if (index > end) found.push({ type: "text", text: text.slice(end, index) });
    found.push({ type: "link", text: link, href });
    end = index + link.length;
  }
  if (end < text.length) found.push({ type: "text", text: text.slice(end) });
  return found;
}

/** Without the full stop after it, and without the bracket that it stands in. */
function withoutEnd(match: string): string {
  const link = match.slice(0, MAX_LENGTH + 1);
  const counts = new Map<string, number>();
  for (const character of link) counts.set(character, (counts.get(character) ?? 0) + 1);
  const count = (character: string) => counts.get(character) ?? 0;
  let end = link.length;
  for (; end > 0; end--) {
    const last = link[end - 1]!;
    const opening = BRACKETS[last];
    const isUnpaired = opening !== undefined && count(last) > count(opening);
    if (!isUnpaired && !PUNCTUATION.test(last)) break;
    counts.set(last, count(last) - 1);
  }
  return link.slice(0, end);
}

function address(link: string): string | undefined {
  if (link.length > MAX_LENGTH || !URL.canParse(link)) return undefined;
  const { protocol, username, password, hostname, href } = new URL(link);
  const isWeb = protocol === "http:" || protocol === "https:";
  return isWeb && hostname !== "" && username === "" && password === "" ? href : undefined;
}
