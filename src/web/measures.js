/** Sizes and durations in words that are short enough for a table. */

const UNITS = ["bytes", "KB", "MB", "GB", "TB"];

/** "1.5 MB". @param {number} bytes */
export function sizeWords(bytes) {
  let unit = 0;
  while (bytes >= 1000 && unit < UNITS.length - 1) {
    bytes /= 1024;
    unit++;
  }
  return `${rounded(bytes)} ${UNITS[unit]}`;
}

/** "2 d 3 h". @param {number} seconds */
export function uptimeWords(seconds) {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes < 1) return `${Math.floor(seconds)} s`;
  if (hours < 1) return `${minutes} min`;
  if (hours < 24) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** "2.5 ms"; null is longer than is measured. @param {number | null} seconds */
export function delayWords(seconds) {
  if (seconds === null) return "seconds";
  return seconds >= 1 ? `${rounded(seconds)} s` : `${rounded(seconds * 1000)} ms`;
}

/** Two digits are enough for a glance. @param {number} value */
function rounded(value) {
  return value >= 10 ? String(Math.round(value)) : String(Number(value.toPrecision(2)));
}
