/** Searching what was said: a field, and what was found, newest first. */
import { visible } from "../../terminal/visible.ts";
import { find, make, write } from "../elements.js";
import { shortDateOf } from "../times.js";
import { colourOf } from "./message.js";

/**
 * @typedef {import("../../client/page_model.ts").Page} Page
 * @typedef {import("../../client/page_model.ts").Search} Search
 * @typedef {import("../../client/page_wishes.ts").Wish} Wish
 * @typedef {import("../../chat/event.ts").Said} Said
 */

/** What is found is read in its place; here it is enough to know it by. */
const MAX_LENGTH = 300;

/**
 * @param {object} options
 * @param {(wish: Wish) => void} options.wish
 * @param {() => void} options.show opens the panel
 */
export function searchView({ wish, show }) {
  const form = find("search-form", HTMLFormElement);
  const field = find("search-text", HTMLInputElement);
  const state = find("search-state", HTMLParagraphElement);
  const list = find("search-list", HTMLUListElement);
  const more = find("search-more", HTMLButtonElement);
  /** @type {Search | undefined} */
  let shown;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    wish({ type: "search", text: field.value.trim(), room: "" });
  });
  more.onclick = () => wish({ type: "search on" });

  /** @param {Page} model */
  function draw({ search }) {
    if (search === shown) return;
    if (search && !shown) show();
    if (search && search.text !== shown?.text) field.value = search.text;
    const isMore = search && shown && search.found[0] === shown.found[0] && shown.found.length > 0;
    const known = isMore ? shown?.found.length ?? 0 : 0;
    const items = (search?.found ?? []).slice(known).map((said) => foundItem(said));
    if (known > 0) list.append(...items);
    else list.replaceChildren(...items);
    shown = search;
    write(state, search ? words(search) : "");
    more.hidden = !search || search.next === 0;
    more.disabled = search?.isWaiting ?? false;
  }

  /** @param {Said} said */
  function foundItem({ room, seq, at, nick, text }) {
    const where = make("span", { class: "where" }, `#${visible(room)} · ${shortDateOf(at)}`);
    const who = make("bdi", { class: `nick ${colourOf(nick)}` }, visible(nick));
    const what = make(
      "span",
      { class: "what", dir: "auto" },
      visible(text.slice(0, MAX_LENGTH).toWellFormed()),
    );
    const button = make("button", { type: "button", class: "found" }, where, who, " ", what);
    button.onclick = () => wish({ type: "show", target: { place: `#${room}`, seq } });
    return make("li", {}, button);
  }

  return {
    draw,
    focus: () => {
      field.focus();
      field.select();
    },
  };
}

/** @param {Search} search */
function words({ text, found, next, isWaiting }) {
  if (isWaiting && found.length === 0) return "Searching ...";
  if (found.length === 0) return `Nothing was said with “${visible(text)}” in your rooms.`;
  const count = found.length === 1 ? "1 message" : `${found.length} messages`;
  return `${count}${next > 0 ? ", and there are more" : ""}, newest first`;
}
