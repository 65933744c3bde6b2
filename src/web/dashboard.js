/**
 * The dashboard: asks the server each second how it does, and shows it. It only looks, and does not even look
 * while nobody looks at it.
 */
import { visible } from "../terminal/visible.ts";
import { find, make, write } from "./elements.js";
import { keyedList } from "./keyed.js";
import { delayWords, sizeWords, uptimeWords } from "./measures.js";
import { clockOf, fullDateOf } from "./times.js";
import { colourOf } from "./view/message.js";

/**
 * @typedef {import("../http/dashboard_shape.ts").DashboardState} State
 * @typedef {State["people"][number]} Person
 * @typedef {State["rooms"][number]} Room
 * @typedef {State["recent"][number]} Said
 */

const EVERY_MILLISECONDS = 1000;
/** A server that takes longer to answer is not to be reached. */
const PATIENCE_MILLISECONDS = 5000;

const trouble = find("trouble", HTMLParagraphElement);
const live = find("live", HTMLParagraphElement);
const main = find("shown", HTMLElement);

/** When the state came that is shown; 0 if none has come yet. */
let shownAt = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let isAsking = false;

async function look() {
  if (isAsking || document.hidden) return;
  isAsking = true;
  clearTimeout(timer);
  try {
    const answer = await fetch("/dashboard/state", {
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE_MILLISECONDS),
    });
    if (answer.ok) showLive(await answer.json());
    else showTrouble(`The server does not answer this page: ${await whyOf(answer)}.`);
  } catch {
    showTrouble("The server cannot be reached.");
  }
  isAsking = false;
  if (!document.hidden) timer = setTimeout(look, EVERY_MILLISECONDS);
}

/** @param {Response} answer */
async function whyOf(answer) {
  const { error } = await answer.json();
  return typeof error === "string" ? visible(error) : `status ${answer.status}`;
}

/** @param {State} state */
function showLive(state) {
  shownAt = Date.now();
  live.hidden = false;
  main.classList.remove("stale");
  const refused = state.notStored === 0 ? "" : ` ${state.notStored} were refused so far.`;
  write(trouble, state.canStore ? "" : `Messages cannot be stored, and are refused.${refused}`);
  show(state);
}

/** @param {string} why */
function showTrouble(why) {
  live.hidden = true;
  main.classList.add("stale");
  const since = shownAt === 0 ? "" : ` What is shown is from ${CLOCK.format(shownAt)}.`;
  write(trouble, why + since);
}

const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

/** @param {State} state */
function show(state) {
  showFacts(state);
  showPace(state.pace);
  drawPeople(state.people);
  drawRooms(state.rooms);
  drawProtocols(Object.entries(state.sessions).toSorted(([, one], [, other]) => other - one));
  drawLast(state.recent.toReversed());
  const { people, peopleCount, rooms, roomCount, sessions, recent } = state;
  put("people-more", rest(people.length, peopleCount, "Nobody is here."));
  put("rooms-more", rest(rooms.length, roomCount, "There are none."));
  put("protocols-more", rest(Object.keys(sessions).length, 0, "There are none."));
  put("last-more", rest(recent.length, 0, "Nothing has been said since the server was started."));
}

/** @param {State} state */
function showFacts(state) {
  const { version, uptimeSeconds, commits, delay, memory } = state;
  put("about", `chat ${version}, up ${uptimeWords(uptimeSeconds)}`);
  put("people-count", String(state.peopleCount));
  put("connections", plural(state.connections, "connection"));
  put("rooms-count", String(state.roomCount));
  put("commit", commits.count === 0 ? "–" : delayWords(commits.most));
  put("commit-half", commits.count === 0 ? "" : `half within ${delayWords(commits.half)}`);
  put("delay", delayWords(delay.now));
  put("delay-most", `99 % within ${delayWords(delay.most)}`);
  put("memory", sizeWords(memory.rss));
  put("heap", `${sizeWords(memory.heapUsed)} in use`);
  put("queue", sizeWords(state.queuedBytes));
}

/** @param {readonly number[]} pace messages in each of the last seconds */
function showPace(pace) {
  const most = Math.max(...pace);
  put("pace-now", String(pace.at(-1) ?? 0));
  put("pace-most", `at most ${most} in a second of the last minute`);
  // Room above the highest, and a line of its own for nothing at all.
  const scale = 92 / Math.max(most, 1);
  const edge = pace.map((count, index) => `${index} ${98 - count * scale}`).join(" L ");
  const [area, line] = document.querySelectorAll("#pace path");
  area?.setAttribute("d", `M 0 100 L ${edge} L ${pace.length - 1} 100 Z`);
  line?.setAttribute("d", `M ${edge}`);
}

const drawPeople = keyedList(find("people-rows", HTMLTableSectionElement), {
  key: ({ nick }) => nick,
  build: () =>
    row(
      make("th", { scope: "row" }, make("bdi")),
      make("td"),
      make("td", {}, make("bdi")),
      make("td", { class: "wide quiet-word" }),
      make("td", { class: "wide number" }),
      make("td", { class: "number" }, make("time")),
    ),
  /** @param {HTMLElement} element @param {Person} person */
  fill(element, person) {
    const { nick, dialect, rooms, peer, queuedBytes, since } = person;
    const [name, protocol, where, address, waits, time] = element.children;
    const isAway = peer === "";
    named(name, { text: nick, colour: colourOf(nick) });
    words(protocol, isAway ? "away" : dialect || "unknown");
    named(where, { text: rooms.map((room) => `#${room}`).join(" ") });
    words(address, isAway ? "may come back" : peer);
    words(waits, queuedBytes === 0 ? "" : sizeWords(queuedBytes));
    if (!isAway) timed(time?.firstElementChild, since);
  },
});

const drawRooms = keyedList(find("room-rows", HTMLTableSectionElement), {
  key: ({ room }) => room,
  build: () => row(make("th", { scope: "row" }, make("bdi")), make("td", { class: "number" })),
  /** @param {HTMLElement} element @param {Room} item */
  fill(element, item) {
    const { room, members } = item;
    const [name, count] = element.children;
    named(name, { text: `#${room}` });
    words(count, String(members));
  },
});

const drawProtocols = keyedList(find("protocol-rows", HTMLTableSectionElement), {
  key: ([dialect]) => dialect,
  build: () => row(make("th", { scope: "row" }), make("td", { class: "number" })),
  /** @param {HTMLElement} element @param {[string, number]} item */
  fill(element, item) {
    const [dialect, sessions] = item;
    const [name, count] = element.children;
    words(name, dialect);
    words(count, String(sessions));
  },
});

const drawLast = keyedList(find("message-rows", HTMLOListElement), {
  key: ({ room, seq }) => `${room} ${seq}`,
  build: () =>
    make(
      "li",
      {},
      make("time"),
      make("div", { class: "room" }, make("bdi")),
      make("div", {}, make("bdi")),
      make("div", { class: "text", dir: "auto" }),
    ),
  /** @param {HTMLElement} element @param {Said} message */
  fill(element, message) {
    const { room, at, nick, text, emote } = message;
    const [time, where, who, what] = element.children;
    element.classList.toggle("acted", emote);
    timed(time, at);
    named(where, { text: `#${room}` });
    named(who, { text: nick, colour: colourOf(nick) });
    // Lines would take room from other messages.
    words(what, visible(text.replace(/\s+/g, " ")));
  },
});

/** @param {HTMLElement[]} cells */
function row(...cells) {
  return make("tr", {}, ...cells);
}

/**
 * A text of a stranger's: all of it is to be seen by pointing at it, and none of it moves its neighbours.
 * @param {Element | undefined} cell @param {{ text: string, colour?: string }} options
 */
function named(cell, { text, colour = "" }) {
  const bdi = cell?.firstElementChild;
  if (!cell || !bdi) return;
  const shown = visible(text);
  if (bdi.textContent === shown) return;
  bdi.textContent = shown;
  bdi.className = colour === "" ? "" : `nick ${colour}`;
  cell.setAttribute("title", shown);
}

/** @param {Element | null | undefined} element @param {number} at */
function timed(element, at) {
  const { machine, words } = fullDateOf(at);
  if (!element || element.getAttribute("datetime") === machine) return;
  element.setAttribute("datetime", machine);
  element.setAttribute("title", words);
  element.textContent = clockOf(at);
}

/** @param {Element | undefined} element @param {string} text */
function words(element, text) {
  if (element) write(element, text);
}

/** @param {string} id @param {string} text */
function put(id, text) {
  write(find(id, HTMLElement), text);
}

/** @param {number} shown @param {number} all @param {string} none */
function rest(shown, all, none) {
  if (shown === 0) return none;
  return all > shown ? `and ${all - shown} more` : "";
}

/** @param {number} count @param {string} noun */
function plural(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

document.addEventListener("visibilitychange", look);
look();
