/** The small dialogs: to go into a room, to change one's name, and what can be typed. */
import { helpRows } from "../../chat/slash.ts";
import { PLACE_COMMANDS } from "../../client/talk_lines.ts";
import { visible } from "../../terminal/visible.ts";
import { find, make } from "../elements.js";

/**
 * @typedef {import("../../client/page_model.ts").Page} Page
 * @typedef {import("../../client/page_wishes.ts").Wish} Wish
 */

const MOST_ROOMS = 200;

/** What the keyboard does beyond typing. */
const KEYS = [
  ["Enter", "send what is typed"],
  ["Shift+Enter", "a new line"],
  ["Tab", "complete a command, a name or a room"],
  ["Up", "what you said before, in an empty field"],
  ["Alt+Up, Alt+Down", "go to another place"],
  ["Alt+1 ... Alt+9", "go to the place of that number"],
  ["Escape", "close what is open; go to the newest"],
];

/**
 * @param {object} options
 * @param {(wish: Wish) => void} options.wish
 * @param {(line: string) => void} options.enter
 */
export function dialogs({ wish, enter }) {
  const join = find("join", HTMLDialogElement);
  const rename = find("rename", HTMLDialogElement);
  const help = find("help", HTMLDialogElement);
  const room = find("join-room", HTMLInputElement);
  const nick = find("new-nick", HTMLInputElement);
  const list = find("join-list", HTMLUListElement);
  /** @type {Page["directory"]} */
  let shown = [];

  for (const dialog of [join, rename, help]) {
    dialog.querySelector(".done")?.addEventListener("click", () => dialog.close());
    // The dialog fills what it shows: a click on itself is one outside of it.
    dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  }
  onSubmit("join-form", () => goTo(room.value.trim().replace(/^#/, "")));
  onSubmit("rename-form", () => {
    rename.close();
    if (nick.value.trim() !== "") enter(`/nick ${nick.value.trim()}`);
  });

  /** @param {string} name */
  function goTo(name) {
    join.close();
    if (name !== "") wish({ type: "go", place: `#${name}` });
  }

  /** @param {Page} model */
  function draw({ directory }) {
    if (directory === shown || !join.open) return;
    shown = directory;
    const rooms = directory.toSorted((one, other) => other.members - one.members);
    list.replaceChildren(
      ...rooms.slice(0, MOST_ROOMS).map(({ room, members }) => {
        const count = make(
          "span",
          { class: "members" },
          members === 1 ? "1 person" : `${members} people`,
        );
        const sign = make("span", { class: "sign" });
        const button = make(
          "button",
          { type: "button", class: "place" },
          sign,
          make("bdi", { class: "name" }, visible(room)),
          " ",
          count,
        );
        button.onclick = () => goTo(room);
        return make("li", {}, button);
      }),
    );
  }

  return {
    draw,
    openJoin() {
      room.value = "";
      shown = [];
      list.replaceChildren();
      join.showModal();
      wish({ type: "directory" });
    },
    /** @param {string} own */
    openRename(own) {
      nick.value = own;
      rename.showModal();
      nick.select();
    },
    openHelp() {
      const table = find("help-table", HTMLTableSectionElement);
      const rows = [...helpRows(), ...PLACE_COMMANDS, ...KEYS];
      table.replaceChildren(
        ...rows.map(([what = "", does = ""]) =>
          make("tr", {}, make("th", { scope: "row" }, make("code", {}, what)), make("td", {}, does))
        ),
      );
      help.showModal();
    },
  };
}

/** @param {string} id @param {() => void} act */
function onSubmit(id, act) {
  find(id, HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    act();
  });
}
