/** Where one is, in the header and in the window's title. */
import { currentRoom } from "../../client/talk.ts";
import { visible } from "../../terminal/visible.ts";
import { find, write } from "../elements.js";
import { nicksOf } from "./people.js";

/** @typedef {import("../../client/page_model.ts").Page} Page */

export function headerView() {
  const place = find("place", HTMLHeadingElement);
  const about = find("topic", HTMLElement);
  const people = find("place-here", HTMLSpanElement);

  /** @param {Page} model */
  function draw(model) {
    write(place, visible(model.current));
    const count = nicksOf(model).size;
    const isPerson = model.current.startsWith("@");
    const here = count === 0 ? "" : count === 1 ? "only you are here" : `${count} people here`;
    const topic = visible(model.topics.get(currentRoom(model) ?? "") ?? "");
    if (about.textContent !== topic) about.title = topic;
    write(about, topic);
    about.hidden = topic === "";
    write(people, isPerson ? "the two of you alone" : here);
  }

  return { draw };
}

/** "(3) #lobby - chat". @param {Page} model */
export function drawTitle({ buffers, current }) {
  const unread = buffers.reduce((sum, it) => sum + it.unread, 0);
  const title = `${unread > 0 ? `(${unread}) ` : ""}${visible(current)} - chat`;
  if (document.title !== title) document.title = title;
}
