/**
 * A list that is drawn again and again: what is still there stays the same element, so that what somebody has
 * selected or listens to is not taken away from them.
 */

/**
 * @template Item
 * @param {Element} parent
 * @param {object} options
 * @param {(item: Item) => string} options.key
 * @param {() => HTMLElement} options.build an empty element for one of them
 * @param {(element: HTMLElement, item: Item) => void} options.fill
 */
export function keyedList(parent, { key, build, fill }) {
  /** @type {Map<string, HTMLElement>} */
  let shown = new Map();

  /** @param {readonly Item[]} items */
  return (items) => {
    /** @type {typeof shown} */
    const next = new Map();
    for (const item of items) {
      const name = key(item);
      const element = shown.get(name) ?? build();
      fill(element, item);
      next.set(name, element);
    }
    for (const [name, element] of shown) {
      if (!next.has(name)) element.remove();
    }
    let at = parent.firstElementChild;
    for (const element of next.values()) {
      if (element === at) at = at.nextElementSibling;
      else parent.insertBefore(element, at);
    }
    shown = next;
  };
}
