/**
 * What was said in the place that is looked at. Only a window of it is in the page: the newest, and above them as
 * much as one has scrolled up to. What comes in above or below never moves what is being read.
 */
import { goesOn, jointOf } from "../../client/page_rows.ts";
import { pendingEntries } from "../../client/pending.ts";
import { currentBuffer } from "../../client/talk.ts";
import { visible } from "../../terminal/visible.ts";
import { find, make, write } from "../elements.js";
import { dayWordsOf } from "../times.js";
import { messageElement } from "./message.js";

/**
 * @typedef {import("../../client/page_model.ts").Page} Page
 * @typedef {import("../../client/buffer.ts").Buffer} Buffer
 * @typedef {import("../../client/buffer.ts").Entry} Entry
 * @typedef {import("../../client/page_wishes.ts").Wish} Wish
 */

/** As many as fill the largest window twice. */
const FIRST = 150;
/** As many more when one scrolls up, and so many may be there when one is at the bottom again. */
const MORE = 100;
const MOST = 400;
/** In pixels: so near to an end is at it. */
const NEAR_BOTTOM = 60;
const NEAR_TOP = 600;
const ASK_AGAIN_MILLISECONDS = 10_000;

/** @param {(wish: Wish) => void} wish */
export function messagesView(wish) {
  const log = find("messages", HTMLDivElement);
  const below = find("below", HTMLButtonElement);
  const top = make("div", { class: "top" });
  const list = make("div", { class: "list" });
  const pendingList = make("div", { class: "list" });
  log.append(top, list, pendingList);

  let place = "";
  /** @type {Buffer | undefined} */
  let shown;
  /** @type {readonly Entry[]} */
  let entries = [];
  /** What stands in the list, with what it was made from. @type {Map<Entry, { row: HTMLElement, key: string }>} */
  let rows = new Map();
  /** @type {Entry | undefined} */
  let first;
  /** @type {readonly Entry[]} */
  let pending = [];
  let isAtBottom = true;
  let newBelow = 0;
  /** @type {Page | undefined} */
  let model;
  /** What one was reading when the window's size changed. @type {{ row: Element, above: number } | undefined} */
  let reading;

  /** @param {Page} next */
  function draw(next) {
    model = next;
    const buffer = currentBuffer(next);
    if (buffer.name !== place) enterPlace(buffer);
    const waiting = pendingEntries(next);
    const isWaiting = waiting.length > 0 && waiting.at(-1) !== pending.at(-1);
    // It may have been confirmed before it was drawn.
    if (isWaiting || isSpoken(buffer.entries, entries.at(-1))) isAtBottom = true;
    if (buffer !== shown || !isSameList(waiting, pending)) {
      const mark = isAtBottom ? undefined : readingMark();
      drawRows(buffer);
      drawPending(buffer, waiting);
      drawTop(buffer);
      keepPlace(mark);
    }
    drawTarget(next, buffer);
    drawBelow();
    wantMore();
  }

  /** @param {Buffer} buffer */
  function enterPlace(buffer) {
    quieten();
    place = buffer.name;
    shown = undefined;
    entries = [];
    rows = new Map();
    list.replaceChildren();
    first = buffer.entries.at(-FIRST) ?? buffer.entries[0];
    isAtBottom = true;
    newBelow = 0;
  }

  /** @param {Buffer} buffer */
  function drawRows(buffer) {
    const start = firstIndex(buffer);
    const wanted = buffer.entries.slice(start);
    const isOlder = entries.length > 0 && wanted[0] !== entries[0];
    if (isOlder) quieten();
    const last = entries.at(-1);
    const fresh = new Map();
    /** @type {Element | null} */
    let at = list.firstElementChild;
    for (const [offset, entry] of wanted.entries()) {
      const record = rowOf(buffer, start + offset);
      const made = rows.get(entry)?.row;
      if (made && made !== record.row) {
        made.replaceWith(record.row);
        if (at === made) at = record.row;
      }
      fresh.set(entry, record);
      if (record.row === at) at = at.nextElementSibling;
      else list.insertBefore(record.row, at);
      rows.delete(entry);
    }
    for (const { row } of rows.values()) row.remove();
    while (at) {
      const next = at.nextElementSibling;
      at.remove();
      at = next;
    }
    rows = fresh;
    if (!isAtBottom && last) newBelow += countAfter(wanted, last);
    entries = wanted;
    shown = buffer;
    first = wanted[0];
  }

  /**
   * The first entry that is to be in the page: at the bottom there is a windowful, and what is far above it is let go.
   * @param {Buffer} buffer
   */
  function firstIndex({ entries: all }) {
    const index = first ? Math.max(0, all.indexOf(first)) : 0;
    if (!isAtBottom) return index;
    const newest = Math.max(0, all.length - FIRST);
    return all.length - index > MOST ? newest : Math.min(index, newest);
  }

  /** @param {Buffer} buffer @param {number} index */
  function rowOf(buffer, index) {
    const entry = /** @type {Entry} */ (buffer.entries[index]);
    const joint = jointOf(buffer, index);
    const isVoid = model?.voids.has(`${buffer.name} ${joint.gapBefore}`) ?? false;
    const gap = isVoid ? 0 : joint.gapBefore;
    const key = `${joint.isNewDay} ${gap} ${joint.isNews} ${joint.follows}`;
    const made = rows.get(entry);
    if (made?.key === key) return made;
    const row = make("div", { class: "row" });
    if (gap > 0) row.append(gapElement(gap));
    if (joint.isNewDay) {
      row.append(make("div", { class: "rule day" }, make("span", {}, dayWordsOf(entry.at))));
    }
    if (joint.isNews) row.append(make("div", { class: "rule news" }, make("span", {}, "New")));
    row.append(messageElement(entry, joint));
    return { row, key };
  }

  /** @param {number} before */
  function gapElement(before) {
    const button = make("button", { type: "button", class: "quiet" }, "Show what lies between");
    button.onclick = () => wish({ type: "between", before });
    return make("div", { class: "gap" }, button);
  }

  /** @param {Buffer} buffer @param {readonly Entry[]} waiting */
  function drawPending(buffer, waiting) {
    if (isSameList(waiting, pending) && pendingList.childElementCount === waiting.length) return;
    pending = waiting;
    const before = [buffer.entries.at(-1), ...waiting];
    pendingList.replaceChildren(...waiting.map((entry, index) => {
      const last = before[index];
      const follows = last !== undefined && goesOn(last, entry);
      return messageElement(entry, { follows, isPending: true });
    }));
  }

  /** What stands above all. @param {Buffer} buffer */
  function drawTop(buffer) {
    const isFirst = first === undefined || buffer.entries[0] === first;
    write(top, isFirst ? beginningOf(buffer) : "");
  }

  // Where one is.

  /** The row at the top of the window, and how far it is from it. */
  function readingMark() {
    const edge = log.getBoundingClientRect().top;
    const all = list.children;
    let low = 0;
    let high = all.length - 1;
    while (low < high) {
      const middle = low + high >> 1;
      if (/** @type {Element} */ (all[middle]).getBoundingClientRect().bottom > edge) high = middle;
      else low = middle + 1;
    }
    const row = all[low];
    return row && { row, above: row.getBoundingClientRect().top - edge };
  }

  /** @param {ReturnType<typeof readingMark>} mark */
  function keepPlace(mark) {
    if (isAtBottom) log.scrollTop = log.scrollHeight;
    else if (mark?.row.isConnected) {
      const { top } = mark.row.getBoundingClientRect();
      const moved = top - log.getBoundingClientRect().top - mark.above;
      if (moved !== 0) log.scrollTop += moved;
    }
  }

  function wantMore() {
    const buffer = shown;
    if (!buffer || log.scrollTop > NEAR_TOP) return;
    const index = first ? buffer.entries.indexOf(first) : 0;
    if (index > 0 && !isAtBottom) {
      const mark = readingMark();
      first = buffer.entries[Math.max(0, index - MORE)];
      drawRows(buffer);
      drawTop(buffer);
      keepPlace(mark);
    } else if (!buffer.isWhole && !buffer.isLoading) askOlder();
  }

  /** Once: what the server refused it would refuse again. */
  function askOlder() {
    const isSame = asked.place === place && asked.first === first;
    if (isSame && Date.now() - asked.at < ASK_AGAIN_MILLISECONDS) return;
    asked = { place, first, at: Date.now() };
    wish({ type: "older" });
  }
  /** @type {{ place: string, first: Entry | undefined, at: number }} */
  let asked = { place: "", first: undefined, at: 0 };

  /** @param {Page} page @param {Buffer} buffer */
  function drawTarget({ target }, buffer) {
    if (!target || target.place !== buffer.name) return;
    const index = buffer.entries.findIndex(({ seq }) => seq === target.seq);
    const entry = buffer.entries[index];
    if (!entry) return;
    isAtBottom = false;
    if (index < firstIndex(buffer)) first = buffer.entries[Math.max(0, index - MORE)];
    drawRows(buffer);
    drawTop(buffer);
    const row = rows.get(entry)?.row.lastElementChild;
    row?.scrollIntoView({ block: "center" });
    row?.classList.add("target");
    setTimeout(() => row?.classList.remove("target"), 3000);
    wish({ type: "shown" });
  }

  function drawBelow() {
    if (isAtBottom) newBelow = 0;
    below.hidden = isAtBottom;
    const words = newBelow === 1 ? "1 new message" : `${newBelow} new messages`;
    write(below, newBelow === 0 ? "Go to the newest" : words);
    below.classList.toggle("news", newBelow > 0);
  }

  function toBottom() {
    isAtBottom = true;
    log.scrollTop = log.scrollHeight;
    drawBelow();
  }

  /** What was said long ago is not read out: only what is said now. */
  function quieten() {
    log.ariaLive = "off";
    clearTimeout(loud);
    loud = setTimeout(() => log.ariaLive = "polite", 300);
  }
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let loud;

  log.addEventListener("scroll", () => {
    const { scrollHeight, scrollTop, clientHeight } = log;
    isAtBottom = scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM;
    reading = isAtBottom ? undefined : readingMark();
    drawBelow();
    wantMore();
  }, { passive: true });
  new ResizeObserver(() => keepPlace(reading)).observe(log);
  below.onclick = () => {
    toBottom();
    log.focus();
  };
  log.onclick = ({ target }) => {
    const nick = target instanceof HTMLElement ? target.dataset["nick"] : undefined;
    if (nick !== undefined && nick !== model?.nick) wish({ type: "go", place: `@${nick}` });
  };

  return {
    draw,
    toBottom,
    /** What comes is another conversation, even if it is in the same place. */
    begin: () => {
      place = "";
    },
  };
}

/** @param {readonly Entry[]} one @param {readonly Entry[]} other */
function isSameList(one, other) {
  return one.length === other.length && one.every((it, index) => it === other[index]);
}

/** Whether one has spoken after the one that was the last. @param {readonly Entry[]} entries @param {Entry} [last] */
function isSpoken(entries, last) {
  if (!last || entries.at(-1) === last) return false;
  const index = entries.lastIndexOf(last);
  return index >= 0 &&
    entries.slice(index + 1).some(({ kind, isOwn }) => kind !== "notice" && isOwn);
}

/** How many have come after the one that was the last. @param {readonly Entry[]} entries @param {Entry} last */
function countAfter(entries, last) {
  const index = entries.lastIndexOf(last);
  return index < 0
    ? 0
    : entries.slice(index + 1).filter(({ kind, isOwn }) => kind !== "notice" && !isOwn).length;
}

/** @param {Buffer} buffer */
function beginningOf({ name, isWhole, isLoading, entries }) {
  const isRoom = name.startsWith("#");
  const isBeginning = isWhole ||
    (isRoom ? entries.some(({ seq }) => seq === 1) : entries.length === 0);
  if (!isBeginning) return isLoading ? "Looking for what was said before ..." : "";
  if (isRoom) return `This is the beginning of ${visible(name)}.`;
  return `Here begins what you and ${visible(name.slice(1))} say to each other alone.`;
}
