/** How one entry looks: a message, an emote, or a line about the conversation. */
import { pieces } from "../../client/links.ts";
import { nickNumber } from "../../client/nick_number.ts";
import { visible, visibleLines } from "../../terminal/visible.ts";
import { make } from "../elements.js";
import { clockOf, fullDateOf } from "../times.js";

/** @typedef {import("../../client/buffer.ts").Entry} Entry */

const COLOURS = 16;

/** @param {string} nick */
export function colourOf(nick) {
  return `n${nickNumber(nick) % COLOURS}`;
}

/**
 * A round sign for somebody, in their colour.
 * @param {string} nick
 */
export function face(nick) {
  const [first = "?"] = visible(nick.replace(/^[^\p{L}\p{N}]+/u, ""));
  return make(
    "span",
    { class: `face ${colourOf(nick)}`, "aria-hidden": "true" },
    first.toUpperCase(),
  );
}

/**
 * @param {Entry} entry
 * @param {{ follows: boolean, isPending?: boolean }} options `follows` if the one before is by the same person
 */
export function messageElement(entry, { follows, isPending = false }) {
  const classes = [
    "message",
    entry.kind,
    ...follows ? ["follows"] : [],
    ...isPending ? ["pending"] : [],
  ];
  if (entry.isOwn) classes.push("own");
  if (entry.isMention && entry.kind !== "direct") classes.push("mention");
  const element = make("div", { class: classes.join(" ") });
  const text = make("div", { class: "text", dir: "auto" });
  if (entry.kind === "notice") {
    text.append(visibleLines(entry.text));
    element.append(text, timeElement(entry.at));
    return element;
  }
  const nick = make("bdi", { class: `nick ${colourOf(entry.nick)}` }, visible(entry.nick));
  nick.dataset["nick"] = entry.nick;
  if (entry.kind === "emote") {
    text.append(nick, " ", ...linked(entry.text));
    element.append(timeElement(entry.at), text);
    return element;
  }
  const head = make("div", { class: "head" }, nick, " ", timeElement(entry.at));
  text.append(...linked(entry.text));
  if (!follows) element.append(face(entry.nick));
  element.append(head, text);
  if (isPending) element.append(make("span", { class: "unseen" }, "not yet confirmed"));
  return element;
}

/** @param {number} at */
function timeElement(at) {
  const { machine, words } = fullDateOf(at);
  return make("time", { datetime: machine, title: words }, clockOf(at));
}

/** @param {string} text */
function linked(text) {
  return pieces(visibleLines(text)).map((piece) =>
    piece.type === "text" ? piece.text : make("a", {
      href: piece.href,
      target: "_blank",
      rel: "noopener noreferrer",
      ...piece.href === piece.text ? {} : { title: piece.href },
    }, piece.text)
  );
}
