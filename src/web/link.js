/** A connection to the server: commands in, events out, each a WebSocket message of its own. */
import { EVENTS } from "../chat/event.ts";
import { identify } from "../client/identify.ts";
import { readOneOf } from "../wire/read_shape.ts";

/**
 * @typedef {import("../chat/command.ts").Command} Command
 * @typedef {import("../chat/event.ts").Event} ChatEvent
 * @typedef {import("../client/identify.ts").Identity} Identity
 * @typedef {{ send(command: Command): void, close(): void }} Link
 */

/**
 * Who one is is proved first, where there is a key; what is sent before that goes out after it. `closed` is called
 * once, and nothing after it.
 * @param {string} url
 * @param {object} told
 * @param {Promise<Identity | undefined>} told.identity
 * @param {() => void} told.opened
 * @param {(event: ChatEvent) => void} told.heard
 * @param {() => void} told.closed
 * @returns {Link}
 */
export function openLink(url, { identity, opened, heard, closed }) {
  const socket = new WebSocket(url);
  /** @type {Command[] | undefined} */
  let waiting = [];
  /** Who waits for an answer. @type {((event: ChatEvent) => boolean) | undefined} */
  let asking;
  let isOver = false;
  const patience = setTimeout(close, CONNECT_MILLISECONDS);

  function close() {
    clearTimeout(patience);
    if (isOver) return;
    isOver = true;
    // A dead network would let us wait for the other side's goodbye.
    socket.close();
    closed();
  }

  /** @param {Command} command */
  function send(command) {
    if (waiting) waiting.push(command);
    else write(command);
  }

  /** @param {Command} command */
  function write(command) {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(command));
  }

  /**
   * @template {ChatEvent} Meant
   * @param {(event: ChatEvent) => event is Meant} isMeant
   * @returns {Promise<Meant | undefined>}
   */
  function answer(isMeant) {
    return new Promise((resolve) => {
      asking = (event) => {
        if (!isMeant(event)) return false;
        asking = undefined;
        resolve(event);
        return true;
      };
    });
  }

  async function introduce() {
    const known = await identity;
    if (!known || isOver) return;
    /** @param {Command} command */
    const send = (command) => Promise.resolve(write(command));
    await identify({ send, answer }, { identity: known, address: location.host.toLowerCase() });
  }

  socket.onopen = async () => {
    // Whose browser does not sign goes on without.
    await introduce().catch(() => {});
    clearTimeout(patience);
    if (isOver) return;
    waiting?.forEach(write);
    waiting = undefined;
    opened();
  };
  socket.onmessage = ({ data }) => {
    const event = isOver ? undefined : read(data);
    if (event && !asking?.(event)) heard(event);
  };
  socket.onclose = close;

  return { send, close };
}

/** A connection that takes longer to make is none. */
const CONNECT_MILLISECONDS = 10_000;

/**
 * A newer server may say what this page does not know.
 * @param {unknown} data
 * @returns {ChatEvent | undefined}
 */
function read(data) {
  if (typeof data !== "string") return undefined;
  try {
    const object = JSON.parse(data);
    if (typeof object !== "object" || object === null) return undefined;
    const event = readOneOf(EVENTS, object);
    return typeof event === "string" ? undefined : event;
  } catch {
    return undefined;
  }
}
