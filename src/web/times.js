/** Times and days as the reader's own language has them; the hours count to 24, which takes the least room. */

const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: "short", hourCycle: "h23" });
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "full" });
const SHORT_DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

/** "14:05". @param {number} at in milliseconds since 1970 */
export function clockOf(at) {
  return CLOCK.format(dateOf(at));
}

/** "Saturday, 21 November 2026", or today. @param {number} at */
export function dayWordsOf(at) {
  const day = DAY.format(dateOf(at));
  return day === DAY.format(new Date()) ? "Today" : day;
}

/** "21 Nov 2026, 14:05". @param {number} at */
export function shortDateOf(at) {
  return `${SHORT_DAY.format(dateOf(at))}, ${clockOf(at)}`;
}

/** @param {number} at */
export function fullDateOf(at) {
  const date = dateOf(at);
  return { machine: date.toISOString(), words: FULL.format(date) };
}

/** A time that no calendar has is the beginning of all. @param {number} at */
function dateOf(at) {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? new Date(0) : date;
}
