/** A connection to the server: commands in, events out, each a WebSocket message of its own. */
import { EVENTS } from "../chat/event.ts";
import { readOneOf } from "../wire/read_shape.ts";

/**
 * @typedef {import("../chat/command.ts").Command} Command
 * @typedef {import("../chat/event.ts").Event} ChatEvent
 * @typedef {{ send(command: Command): void, close(): void }} Link
 */

/**
 * What is sent before the connection is made goes out when it is. `closed` is called once, and nothing after it.
 * @param {string} url
 * @param {{ opened(): void, heard(event: ChatEvent): void, closed(): void }} told
 * @returns {Link}
 */
export function openLink(url, { opened, heard, closed }) {
  const socket = new WebSocket(url);
  /** @type {Command[]} */
  let waiting = [];
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
    if (socket.readyState === WebSocket.CONNECTING) waiting.push(command);
    else if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(command));
  }

  socket.onopen = () => {
    clearTimeout(patience);
    if (isOver) return;
    const first = waiting;
    waiting = [];
    first.forEach(send);
    opened();
  };
  socket.onmessage = ({ data }) => {
    const event = isOver ? undefined : read(data);
    if (event) heard(event);
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
