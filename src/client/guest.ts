/** Who is let in as NAME-guest, because NAME is somebody's, on a wire that has no word to say so. */

/** As long as what is kept of a name, and then a number if there are several. */
const KEPT = 20;
const GUEST = /^-guest\d{0,2}$/;

export function isGuestOf(nick: string, asked: string): boolean {
  const start = [...asked].slice(0, KEPT).join("");
  return nick.startsWith(start) && GUEST.test(nick.slice(start.length));
}
