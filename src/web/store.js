/**
 * What the browser remembers from one visit to the next: who one is, where one was, and what the server has
 * not confirmed. Browsers may refuse to, as in a private window: then it is remembered until the page is closed.
 */

/**
 * @typedef {import("../client/memory.ts").Pending} Pending
 * @typedef {object} Kept
 * @property {string} token the secret by which the server knows one again
 * @property {string} nick
 * @property {boolean} isIn whether one has come in, and not left
 * @property {string[]} rooms
 * @property {string} place the one that was looked at
 * @property {Pending[]} pending
 * @property {boolean} notifies
 */

const KEY = "chat";
const MAX_ROOMS = 50;
const MAX_PENDING = 256;

/** @type {Kept | undefined} */
let kept;

/** @returns {Kept} */
export function load() {
  kept ??= read();
  return kept;
}

/** @param {Partial<Kept>} changes */
export function keep(changes) {
  kept = { ...load(), ...changes };
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // It is not remembered then.
  }
}

/** @returns {Kept} */
function read() {
  const found = parsed();
  return {
    token: textOf(found["token"]) || newToken(),
    nick: textOf(found["nick"]),
    isIn: found["isIn"] === true,
    rooms: listOf(found["rooms"]).filter((it) => typeof it === "string").slice(0, MAX_ROOMS),
    place: textOf(found["place"]),
    pending: listOf(found["pending"]).filter(isPending).slice(0, MAX_PENDING),
    notifies: found["notifies"] === true,
  };
}

/** @returns {Record<string, unknown>} */
function parsed() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof found === "object" && found !== null ? found : {};
  } catch {
    return {};
  }
}

/** @param {unknown} value */
function textOf(value) {
  return typeof value === "string" ? value : "";
}

/** @param {unknown} value @returns {unknown[]} */
function listOf(value) {
  return Array.isArray(value) ? value : [];
}

/** @param {unknown} value @returns {value is Pending} */
function isPending(value) {
  if (typeof value !== "object" || value === null) return false;
  const { type, room, nick, text, id } = /** @type {Record<string, unknown>} */ (value);
  const isTo = type === "tell" ? typeof nick === "string" : typeof room === "string";
  return ["say", "act", "tell"].includes(String(type)) && isTo &&
    typeof text === "string" && typeof id === "string";
}

/** `crypto.randomUUID` is not there on a page that came without TLS. */
function newToken() {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
