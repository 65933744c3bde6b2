/** A number for each nick, the same on every screen and every day: what its colour is chosen by. */

export function nickNumber(nick: string): number {
  // FNV-1a: short names that differ in one letter come far apart.
  let hash = 0x811c9dc5;
  for (const character of nick.toLowerCase()) {
    hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
  }
  return hash >>> 0;
}
