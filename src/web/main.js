/** The page, put together: who one is, whether the chat is open elsewhere, and one conversation after another. */
import { hashOf, placeOf } from "./address.js";
import { chatView } from "./chat.js";
import { converse } from "./conversation.js";
import { doorAdvice } from "../client/page_advice.ts";
import { openIdentity } from "./identity.js";
import { notifier } from "./notify.js";
import { keep, load } from "./store.js";
import { openTabs } from "./tabs.js";
import { doorView } from "./view/door.js";

/**
 * @typedef {import("./conversation.js").Conversation} Conversation
 * @typedef {import("../client/page_model.ts").Refusal} Refusal
 */

const LOBBY = "#lobby";

/** @type {Conversation | undefined} */
let conversation;
let wasIn = false;
let place = "";
/** The server's, once somebody has typed it; it is not kept. */
let password = "";
/** What was kept last, so that it is not kept again. @type {readonly unknown[]} */
let kept = [];

const chat = chatView(() => conversation);
const notices = notifier();
const identity = openIdentity();
const door = doorView({ enter, back: () => enter(load().nick) });
const tabs = openTabs(() => {
  leave();
  showElsewhere("You use the chat in another tab now.");
});

/** @param {string} nick @param {{ password?: string, proof?: string }} [secrets] `proof` is of the nick */
function enter(nick, secrets = {}) {
  leave();
  tabs.take();
  if (nick === "") return askNick();
  password = secrets.password || password;
  const { proof = "" } = secrets;
  const login = proof === "" ? undefined : { nick, token: proof };
  const { token, rooms, pending } = load();
  place = placeOf(location.hash) || load().place || LOBBY;
  const room = place.startsWith("#") ? place.slice(1) : rooms[0] ?? LOBBY.slice(1);
  wasIn = false;
  chat.begin();
  conversation = converse({
    url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/socket`,
    identity,
    person: { nick: login ? guestOf(nick) : nick, token, room, password, login },
    before: { rooms, place, pending },
    changed,
    rang: notices.rang,
    ended,
  });
}

/** Ends it here; the server keeps one's place for a while. */
function leave() {
  conversation?.stop();
  conversation = undefined;
}

function changed() {
  const page = conversation?.model();
  if (!page) return;
  if (page.status.wasIn && page.before === undefined) {
    if (!wasIn) cameIn();
    follow(page.current);
    remember();
  }
  if (wasIn) chat.changed();
}

function cameIn() {
  wasIn = true;
  keep({ isIn: true });
  door.showChat();
  chat.lookedAt();
  chat.focus();
}

/** The address follows the place that one looks at. @param {string} current */
function follow(current) {
  if (current === place && location.hash === hashOf(current)) return;
  const isFirst = current === place;
  place = current;
  const address = hashOf(current);
  if (placeOf(location.hash) === current) return;
  if (isFirst) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
}

function remember() {
  const page = conversation?.model();
  if (!page) return;
  const { nick, rosters, current, status: { pending } } = page;
  const now = [nick, rosters.size, current, pending];
  if (now.every((it, index) => it === kept[index])) return;
  kept = now;
  keep({
    nick,
    rooms: [...rosters.keys()],
    place: current,
    pending: [...pending],
  });
}

/** The conversation is over: the server has not let us in, or has let us go, or we have left. */
function ended() {
  const page = conversation?.model();
  if (!page) return;
  const { isLeaving, isClosing, farewell, refusal } = page;
  if (wasIn) tabs.leave();
  if (refusal) return askAgain(refusal);
  if (!wasIn) return askNick(farewell || "The server cannot be reached. Try again in a moment.");
  if (isLeaving) keep({ isIn: false, pending: [] });
  door.showOutside({
    title: isLeaving ? "You have left the chat" : "The chat is closed here",
    why: isLeaving
      ? "Come back whenever you like."
      : isClosing
      ? farewell
      : "The server cannot be reached.",
    button: "Come back",
  });
}

/** The server has not let us in. @param {Refusal} refusal */
function askAgain(refusal) {
  const isAboutPassword = refusal.code === "bad-password";
  const wants = isAboutPassword ? "password" : refusal.code === "nick-owned" ? "proof" : "";
  askNick(doorAdvice(refusal, password !== ""), wants);
  if (isAboutPassword) password = "";
}

/** @param {"" | "password" | "proof"} [wants] @param {string} [why] */
function askNick(why = "", wants = "") {
  door.askNick({
    nick: load().nick,
    room: placeOf(location.hash) || load().place || LOBBY,
    why,
    wants,
  });
}

/** What one is called until one has logged in. @param {string} nick */
function guestOf(nick) {
  return `${[...nick].slice(0, 20).join("")}-guest${Math.floor(Math.random() * 1000)}`;
}

/** @param {string} why */
function showElsewhere(why) {
  door.showOutside({ title: "One chat, one tab", why, button: "Use it here" });
}

function hurry() {
  if (!document.hidden) conversation?.hurry();
}

addEventListener("online", hurry);
addEventListener("offline", () => conversation?.drop());
document.addEventListener("visibilitychange", hurry);
addEventListener("pagehide", tabs.leave);
addEventListener("pageshow", ({ persisted }) => {
  if (persisted && conversation) tabs.take();
});
addEventListener("hashchange", () => {
  const named = placeOf(location.hash);
  if (named !== "" && named !== place) {
    conversation?.wish({ type: "go", place: named });
  }
});

if (await tabs.isOpenElsewhere()) {
  showElsewhere("The chat is open in another tab.");
} else if (load().isIn) enter(load().nick);
else askNick();
