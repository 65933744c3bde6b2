/**
 * As few deeds as lead to the same: people may claim and release names, and set topics, as often as they like,
 * and what of it has no effect any more need not be kept. What operators ordered is kept whole: it is the
 * audit log.
 */
import { type ClaimLimits, Claims } from "./claims.ts";
import type { Deed } from "./event.ts";

export function fewest(deeds: Iterable<Deed>, limits: ClaimLimits): Deed[] {
  const claims = new Claims(limits);
  /** Topics by their rooms, orders by a number, in the order in which they came. */
  const others = new Map<string | number, Deed>();
  let orders = 0;
  for (const deed of deeds) {
    switch (deed.type) {
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
        others.delete(deed.room);
        if (deed.text !== "") others.set(deed.room, deed);
        break;
      default:
        others.set(++orders, deed);
    }
  }
  return [...claims.deeds(), ...others.values()];
}
