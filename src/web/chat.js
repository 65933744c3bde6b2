/** The chat as it is seen by somebody who is in it: all its views, drawn at most once for each frame. */
import { drawTitle, headerView } from "./view/header.js";
import { bannerView } from "./view/banner.js";
import { composerView } from "./view/composer.js";
import { dialogs } from "./view/dialogs.js";
import { messagesView } from "./view/messages.js";
import { panels } from "./view/panels.js";
import { peopleView } from "./view/people.js";
import { roomsView } from "./view/rooms.js";
import { searchView } from "./view/search.js";
import { find } from "./elements.js";
import { listenToKeys } from "./keys.js";

/**
 * @typedef {import("./conversation.js").Conversation} Conversation
 * @typedef {import("../client/page_model.ts").Page} Page
 * @typedef {import("../client/page_wishes.ts").Wish} Wish
 */

/** @param {() => Conversation | undefined} conversation */
export function chatView(conversation) {
  /** @param {Wish} wished */
  const wish = (wished) => conversation()?.wish(wished);
  const model = () => conversation()?.model();

  const composer = composerView({ model, enter });
  const banner = bannerView(() => conversation()?.hurry());
  const search = searchView({ wish, show: () => sides.open("search") });
  const sides = panels((name) => {
    if (name === "search") search.focus();
    changed();
  });
  const messages = messagesView(wish);
  const small = dialogs({ wish: goWish, enter });
  const views = [
    headerView(),
    roomsView(goWish),
    peopleView(goWish),
    messages,
    composer,
    banner,
    search,
    small,
  ];
  let isDue = false;

  /** @param {string} line Whether it has been taken. */
  function enter(line) {
    const now = conversation();
    if (!now || now.isFull()) return false;
    const help = /^\/help\b(.*)/i.exec(line);
    if (help) small.openHelp(help[1]?.trim());
    else if (/^\/(rooms|list)\s*$/i.test(line)) small.openJoin();
    else now.type(line);
    return true;
  }

  /** On a phone the drawer has done its work. @param {Wish} wished */
  function goWish(wished) {
    wish(wished);
    if (wished.type !== "go") return;
    sides.closeDrawers();
    composer.focusIfHandy();
  }

  /** Frames do not come while the page is hidden: then only its title is seen. */
  function changed() {
    const page = model();
    if (!page) return;
    drawTitle(page);
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(draw);
  }

  function draw() {
    isDue = false;
    const page = model();
    if (page) { for (const view of views) view.draw(page); }
  }

  function lookedAt() {
    wish({ type: "focus", isFocused: document.hasFocus() && !document.hidden });
  }

  find("add-room", HTMLButtonElement).onclick = () => small.openJoin();
  find("own", HTMLButtonElement).onclick = () => small.openRename(model()?.nick ?? "");
  find("show-help", HTMLButtonElement).onclick = () => small.openHelp();
  find("leave", HTMLButtonElement).onclick = () => enter("/quit");
  find("skip", HTMLAnchorElement).onclick = (event) => {
    event.preventDefault();
    composer.focus();
  };
  listenToKeys({
    wish,
    type: composer.focus,
    escape: () => sides.escape() || messages.toBottom(),
  });
  addEventListener("focus", lookedAt);
  addEventListener("blur", lookedAt);
  document.addEventListener("visibilitychange", lookedAt);

  return { begin: messages.begin, changed, focus: composer.focusIfHandy, lookedAt };
}
