/** A colour for each nick, the same on every screen and every day, so that one knows who speaks before reading. */
import type { Colour } from "../terminal/style.ts";
import { nickNumber } from "./nick_number.ts";

/** Of the palette of 256: none so light or so dark that it fades on any background. */
const COLOURS: readonly Colour[] = [
  31,
  32,
  34,
  37,
  61,
  62,
  63,
  65,
  66,
  67,
  68,
  69,
  71,
  72,
  96,
  97,
  98,
  99,
  101,
  102,
  103,
  104,
  131,
  132,
  133,
  134,
  136,
  137,
  138,
  160,
  161,
  162,
  166,
  167,
  168,
  169,
  172,
  173,
];

export function nickColour(nick: string): Colour {
  return COLOURS[nickNumber(nick) % COLOURS.length]!;
}
