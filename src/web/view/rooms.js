/** The list of places: rooms, and people with whom one speaks alone. */
import { find, make, write } from "../elements.js";
import { visible } from "../../terminal/visible.ts";
import { face } from "./message.js";

/**
 * @typedef {import("../../client/page_model.ts").Page} Page
 * @typedef {import("../../client/buffer.ts").Buffer} Buffer
 * @typedef {import("../../client/page_wishes.ts").Wish} Wish
 * @typedef {{ item: HTMLLIElement, go: HTMLButtonElement, count: HTMLSpanElement, said: HTMLSpanElement }} Row
 */

/** @param {(wish: Wish) => void} wish */
export function roomsView(wish) {
  const lists = {
    room: find("room-list", HTMLUListElement),
    person: find("person-list", HTMLUListElement),
  };
  const people = find("person-heading", HTMLHeadingElement);
  const own = find("own-nick", HTMLSpanElement);
  const badge = find("elsewhere", HTMLSpanElement);
  /** @type {Map<string, Row>} */
  const rows = new Map();
  /** @type {readonly Buffer[]} */
  let shown = [];
  let looked = "";

  /** @param {Page} model */
  function draw({ buffers, current, nick }) {
    write(own, visible(nick));
    if (buffers === shown && current === looked) return;
    shown = buffers;
    looked = current;
    for (const [name, { item }] of rows) {
      if (buffers.some((buffer) => buffer.name === name)) continue;
      item.remove();
      rows.delete(name);
    }
    for (const buffer of buffers) drawPlace(buffer, buffer.name === current);
    people.hidden = lists.person.childElementCount === 0;
    drawBadge(buffers.filter(({ name }) => name !== current));
  }

  /** @param {Buffer} buffer @param {boolean} isCurrent */
  function drawPlace({ name, unread, mentions }, isCurrent) {
    const { item, go, count, said } = rows.get(name) ?? newRow(name);
    if (isCurrent) go.setAttribute("aria-current", "page");
    else go.removeAttribute("aria-current");
    item.classList.toggle("unread", unread > 0);
    item.classList.toggle("spoken-to", mentions > 0);
    write(count, unread === 0 ? "" : unread > 99 ? "99+" : String(unread));
    write(
      said,
      unread === 0 ? "" : `, ${unread} unread${mentions > 0 ? `, ${mentions} to you` : ""}`,
    );
  }

  /** @param {string} name @returns {Row} */
  function newRow(name) {
    const isRoom = name.startsWith("#");
    const sign = isRoom ? make("span", { class: "sign" }) : face(name.slice(1));
    const title = make("bdi", { class: "name" }, visible(name.slice(1)));
    const count = make("span", { class: "count", "aria-hidden": "true" });
    const said = make("span", { class: "unseen" });
    const go = make("button", { type: "button", class: "place" }, sign, title, said, count);
    go.onclick = () => wish({ type: "go", place: name });
    const away = isRoom ? `Leave ${visible(name)}` : `Close ${visible(name.slice(1))}`;
    const close = make("button", {
      type: "button",
      class: "close",
      "aria-label": away,
      title: away,
    }, "×");
    close.onclick = () => wish({ type: "close", place: name });
    const item = make("li", {}, go, close);
    (isRoom ? lists.room : lists.person).append(item);
    const row = { item, go, count, said };
    rows.set(name, row);
    return row;
  }

  /** On a phone the list is hidden: a sign says that something was said elsewhere. @param {Buffer[]} others */
  function drawBadge(others) {
    const unread = others.reduce((sum, it) => sum + it.unread, 0);
    badge.hidden = unread === 0;
    badge.classList.toggle("spoken-to", others.some(({ mentions }) => mentions > 0));
    write(badge, unread > 99 ? "99+" : String(unread));
  }

  return { draw };
}
