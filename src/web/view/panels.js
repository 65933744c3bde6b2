/**
 * The panels at the sides: the list of rooms, who is here, and the search. On a wide window they stand beside what
 * is said; on a phone each comes in as a drawer over it, and goes away again.
 */
import { find } from "../elements.js";

/** @typedef {"rooms" | "people" | "search"} Name */

const WIDE = matchMedia("(min-width: 60rem)");
const MIDDLE = matchMedia("(min-width: 44rem)");
/** @type {readonly Name[]} */
const NAMES = ["rooms", "people", "search"];

/** @param {(name: Name) => void} opened */
export function panels(opened) {
  const scrim = find("scrim", HTMLDivElement);
  const talk = find("talk", HTMLElement);
  const parts = Object.fromEntries(NAMES.map((name) => [name, {
    panel: find(name, HTMLElement),
    button: find(`show-${name}`, HTMLButtonElement),
  }]));

  /** @param {Name} name */
  function isDrawer(name) {
    return name === "rooms" ? !MIDDLE.matches : !WIDE.matches;
  }

  /** @param {Name} name @param {boolean} isOpen */
  function set(name, isOpen) {
    const part = parts[name];
    if (!part) return;
    part.panel.hidden = !isOpen;
    part.button.setAttribute("aria-expanded", String(isOpen));
    const isCovered = NAMES.some((it) => isDrawer(it) && !parts[it]?.panel.hidden);
    scrim.hidden = !isCovered;
    // Nobody should come with the keyboard to what is covered.
    talk.inert = isCovered;
  }

  /** @param {Name} name */
  function open(name) {
    // The people and the search share their side, and there is one drawer at a time.
    for (const other of NAMES) {
      if (other !== name && (isDrawer(other) || name !== "rooms" && other !== "rooms")) {
        set(other, false);
      }
    }
    set(name, true);
    opened(name);
    if (isDrawer(name) && name !== "search") {
      parts[name]?.panel.querySelector("button")?.focus();
    }
  }

  /** @param {Name} name */
  function close(name) {
    const hadFocus = parts[name]?.panel.contains(document.activeElement);
    set(name, false);
    if (hadFocus) parts[name]?.button.focus();
  }

  /** Puts the drawers away; true if there was one. */
  function closeDrawers() {
    const drawers = NAMES.filter((name) => isDrawer(name) && !parts[name]?.panel.hidden);
    drawers.forEach(close);
    return drawers.length > 0;
  }

  function arrange() {
    set("rooms", MIDDLE.matches);
    set("people", WIDE.matches && parts["search"]?.panel.hidden === true);
    set("search", WIDE.matches && parts["search"]?.panel.hidden === false);
  }

  for (const name of NAMES) {
    const part = parts[name];
    if (!part) continue;
    part.button.onclick = () => part.panel.hidden ? open(name) : close(name);
    const done = part.panel.querySelector(".done");
    if (done instanceof HTMLButtonElement) done.onclick = () => close(name);
  }
  scrim.onclick = closeDrawers;
  MIDDLE.addEventListener("change", arrange);
  WIDE.addEventListener("change", arrange);
  set("search", false);
  arrange();

  return {
    open,
    closeDrawers,
    /** What Escape puts away first; true if there was anything. */
    escape() {
      if (closeDrawers()) return true;
      if (parts["search"]?.panel.hidden) return false;
      close("search");
      return true;
    },
  };
}
