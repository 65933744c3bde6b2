/** Who is in the room that one looks at. */
import { visible } from "../../terminal/visible.ts";
import { currentRoom } from "../../client/talk.ts";
import { find, make, write } from "../elements.js";
import { face } from "./message.js";

/**
 * @typedef {import("../../client/page_model.ts").Page} Page
 * @typedef {import("../../client/page_wishes.ts").Wish} Wish
 */

/** Nobody reads a longer list; whoever is meant can be typed. */
const MOST = 300;
const ALPHABET = new Intl.Collator(undefined, { sensitivity: "base", numeric: true });

/** @param {(wish: Wish) => void} wish */
export function peopleView(wish) {
  const panel = find("people", HTMLElement);
  const list = find("people-list", HTMLUListElement);
  const count = find("people-count", HTMLSpanElement);
  /** @type {ReadonlySet<string> | undefined} */
  let shown;
  let own = "";

  /** @param {Page} model */
  function draw(model) {
    const nicks = nicksOf(model);
    if (panel.hidden || nicks === shown && model.nick === own) return;
    shown = nicks;
    own = model.nick;
    write(count, String(nicks.size));
    const sorted = [...nicks].sort(ALPHABET.compare);
    list.replaceChildren(...sorted.slice(0, MOST).map((nick) => personItem(nick)));
    if (sorted.length > MOST) {
      list.append(make("li", { class: "more" }, `and ${sorted.length - MOST} more`));
    }
  }

  /** @param {string} nick */
  function personItem(nick) {
    const name = make("bdi", { class: "name" }, visible(nick));
    if (nick === own) {
      return make(
        "li",
        {},
        make("div", { class: "person" }, face(nick), name, make("span", { class: "you" }, "you")),
      );
    }
    const title = `Speak to ${visible(nick)} alone`;
    const button = make("button", { type: "button", class: "person", title }, face(nick), name);
    button.onclick = () => wish({ type: "go", place: `@${nick}` });
    return make("li", {}, button);
  }

  return { draw };
}

/** @type {WeakMap<object, ReadonlySet<string>>} */
const ALONE = new WeakMap();
const NOBODY = new Set();

/** Those who hear what is said here; the same set for the same answer. @param {Page} model @returns {ReadonlySet<string>} */
export function nicksOf(model) {
  const room = currentRoom(model);
  if (room !== undefined) return model.rosters.get(room) ?? NOBODY;
  const buffer = model.buffers.find(({ name }) => name === model.current);
  if (!buffer) return NOBODY;
  const both = ALONE.get(buffer) ?? new Set([model.nick, model.current.slice(1)]);
  ALONE.set(buffer, both);
  return both;
}
