/**
 * As few deeds as lead to the same: people may claim and release names, and set topics, as often as they like,
 * and what of it has no effect any more need not be kept. What operators ordered is kept whole: it is the
 * audit log.
 */
import { type ClaimLimits, Claims } from "./claims.ts";
import type { Deed } from "./event.ts";

export interface Fewest {
  /** What all claims together have come to. It comes first. */
  made: Deed[];
  /** Which of the others are needed, by their places among all. */
  kept: number[];
}

/** Undefined is what cannot be made out, and is not thrown away for it. */
export function fewest(deeds: Iterable<Deed | undefined>, limits: ClaimLimits): Fewest {
  const claims = new Claims(limits);
  const kept = new Set<number>();
  const topics = new Map<string, number>();
  let place = 0;
  for (const deed of deeds) {
    switch (deed?.type) {
      case "claimed":
        claims.claim(deed.nick, deed.key, deed.at);
        break;
      case "released":
        claims.release(deed.nick, deed.key);
        break;
      case "allowed":
        claims.allow(deed.nick, deed.key);
        break;
      case "passed":
        claims.pass(deed.nick, { hash: deed.hash, key: deed.key });
        break;
      case "topic":
        kept.delete(topics.get(deed.room) ?? -1);
        topics.set(deed.room, place);
        if (deed.text !== "") kept.add(place);
        break;
      default:
        kept.add(place);
    }
    place++;
  }
  return { made: claims.deeds(), kept: [...kept] };
}
