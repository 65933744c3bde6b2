/** The page, put together: who one is, whether the chat is open elsewhere, and one conversation after another. */
import { hashOf, placeOf } from "./address.js";
import { chatView } from "./chat.js";
import { converse } from "./conversation.js";
import { notifier } from "./notify.js";
import { keep, load } from "./store.js";
import { openTabs } from "./tabs.js";
import { doorView } from "./view/door.js";

/** @typedef {import("./conversation.js").Conversation} Conversation */

const LOBBY = "#lobby";

/** @type {Conversation | undefined} */
let conversation;
let wasIn = false;
let place = "";
/** What was kept last, so that it is not kept again. @type {readonly unknown[]} */
let kept = [];

const chat = chatView(() => conversation);
const notices = notifier();
const door = doorView({ enter, back: () => enter(load().nick) });
const tabs = openTabs(() => {
  leave();
  showElsewhere("You use the chat in another tab now.");
});

/** @param {string} nick */
function enter(nick) {
  leave();
  tabs.take();
  if (nick === "") return askNick();
  const { token, rooms, pending } = load();
  place = placeOf(location.hash) || load().place || LOBBY;
  const room = place.startsWith("#") ? place.slice(1) : rooms[0] ?? LOBBY.slice(1);
  wasIn = false;
  chat.begin();
  conversation = converse({
    url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/socket`,
    person: { nick, token, room },
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
  const { isLeaving, isClosing, farewell, buffers } = page;
  if (!wasIn) {
    const refusal = buffers.flatMap(({ entries }) => entries).findLast((
      { kind },
    ) => kind === "notice");
    return askNick(
      farewell || refusal?.text ||
        "The server cannot be reached. Try again in a moment.",
    );
  }
  tabs.leave();
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

/** @param {string} [why] */
function askNick(why = "") {
  door.askNick({
    nick: load().nick,
    room: placeOf(location.hash) || load().place || LOBBY,
    why,
  });
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
