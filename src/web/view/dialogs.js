/** The small dialogs: to go into a room, to change one's name, secrets, and what can be typed. */
import { ABOUT } from "../../chat/command.ts";
import { helpRows } from "../../chat/slash.ts";
import { PLACE_COMMANDS } from "../../client/talk_lines.ts";
import { visible } from "../../terminal/visible.ts";
import { find, make, write } from "../elements.js";

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
  const knock = find("knock", HTMLDialogElement);
  const token = find("token", HTMLDialogElement);
  const password = find("knock-password", HTMLInputElement);
  const tokenLine = find("token-line", HTMLInputElement);
  const room = find("join-room", HTMLInputElement);
  const nick = find("new-nick", HTMLInputElement);
  const list = find("join-list", HTMLUListElement);
  /** @type {Page["directory"]} */
  let shown = [];
  /** @type {Page["knock"]} */
  let knocked;
  /** @type {Page["token"]} */
  let told;

  for (const dialog of [join, rename, help, knock, token]) {
    dialog.querySelector(".done")?.addEventListener("click", () => dialog.close());
    // The dialog fills what it shows: a click on itself is one outside of it.
    dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  }
  onSubmit("join-form", () => goTo(room.value.trim().replace(/^#/, "")));
  onSubmit("rename-form", () => {
    rename.close();
    if (nick.value.trim() !== "") enter(`/nick ${nick.value.trim()}`);
  });

  onSubmit("knock-form", () => {
    const room = knocked?.room;
    if (room === undefined || password.value === "") return password.focus();
    wish({ type: "knock", room, password: password.value });
    knocked = undefined;
    knock.close();
  });
  // Also by Escape; not after the password has been sent.
  knock.onclose = () => {
    password.value = "";
    if (knocked) wish({ type: "knock no more" });
  };
  onSubmit("token-form", () => {
    tokenLine.select();
    // Pages that came without TLS have no other way.
    if (navigator.clipboard) navigator.clipboard.writeText(tokenLine.value).catch(() => {});
    else document.execCommand("copy");
  });
  token.onclose = () => {
    tokenLine.value = "";
    wish({ type: "token seen" });
  };

  /** @param {Page} model */
  function drawSecrets(model) {
    if (model.knock && model.knock !== knocked && !document.querySelector("dialog[open]")) {
      knocked = model.knock;
      write(find("knock-title", HTMLHeadingElement), `#${visible(knocked.room)} is locked`);
      const words = knocked.isWrong ? "That was not it. The password" : "The password";
      write(find("knock-label", HTMLLabelElement), words);
      knock.showModal();
    }
    if (model.token && model.token !== told && !document.querySelector("dialog[open]")) {
      tokenLine.value = `/login ${model.token.nick} ${model.token.token}`;
      token.showModal();
      tokenLine.select();
    }
    told = model.token;
  }

  /** @param {string} name */
  function goTo(name) {
    join.close();
    if (name !== "") wish({ type: "go", place: `#${name}` });
  }

  /** @param {Page} model */
  function draw(model) {
    drawSecrets(model);
    const { directory } = model;
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
    /** @param {string} [about] */
    openHelp(about = "") {
      const groups = [
        group("", [...helpRows(), ...PLACE_COMMANDS, ...KEYS]),
        ...Object.entries(ABOUT).map(([name, words]) => group(name, helpRows(name), words)),
      ];
      find("help-table", HTMLDivElement).replaceChildren(...groups);
      help.showModal();
      help.scrollTop = 0;
      const wanted = about !== "" && groups.find(({ id }) => id === `help-${about.toLowerCase()}`);
      if (!wanted) return;
      // Else the browser shows what has the focus, in a moment of its own.
      wanted.tabIndex = -1;
      wanted.focus({ preventScroll: true });
      wanted.scrollIntoView();
    },
  };
}

/** @param {string} about @param {readonly (readonly string[])[]} rows */
function group(about, rows, words = "") {
  const table = make(
    "table",
    { id: `help-${about}` },
    ...rows.map(([what = "", does = ""]) =>
      make("tr", {}, make("th", { scope: "row" }, make("code", {}, what)), make("td", {}, does))
    ),
  );
  if (words !== "") table.prepend(make("caption", {}, words));
  return table;
}

/** @param {string} id @param {() => void} act */
function onSubmit(id, act) {
  find(id, HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    act();
  });
}
