/** Keys that work anywhere on the page: going to other places, and putting away what is open. */

/** @typedef {import("../client/page_wishes.ts").Wish} Wish */

/**
 * @param {object} options
 * @param {(wish: Wish) => void} options.wish
 * @param {() => void} options.escape
 * @param {() => void} options.type puts the cursor where one types
 */
export function listenToKeys({ wish, escape, type }) {
  document.addEventListener("keydown", (event) => {
    // A dialog has its own keys.
    if (document.querySelector("dialog[open]")) return;
    const wished = wishOf(event);
    if (wished) {
      wish(wished);
      event.preventDefault();
    } else if (event.key === "Escape" && !isComposing(event)) escape();
    else if (isTyping(event)) type();
  });
}

/** @param {KeyboardEvent} event @returns {Wish | undefined} */
function wishOf({ altKey, ctrlKey, metaKey, shiftKey, key, code }) {
  if (!altKey || ctrlKey || metaKey || shiftKey) return undefined;
  if (key === "ArrowUp") return { type: "step", by: -1 };
  if (key === "ArrowDown") return { type: "step", by: 1 };
  const digit = /^Digit([1-9])$/.exec(code)?.[1];
  return digit === undefined ? undefined : { type: "number", index: Number(digit) - 1 };
}

/** Whoever types while reading means to say something. @param {KeyboardEvent} event */
function isTyping({ key, altKey, ctrlKey, metaKey, target }) {
  if (altKey || ctrlKey || metaKey || key.length !== 1 || key === " ") {
    return false;
  }
  return target === document.body ||
    target instanceof HTMLElement && target.id === "messages";
}

/**
 * Whether a key belongs to writing a character, as of Japanese. Safari tells the one that ends it only by its
 * number.
 * @param {KeyboardEvent} event
 */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}
