/**
 * What is run in the browser. Each function stands alone, for it is its text that is sent there.
 */

/** Says on the console what the page's security policy has kept it from doing. */
export function reportViolations() {
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) => {
    // deno-lint-ignore no-console -- the test listens there
    console.error(`policy: ${violatedDirective} ${blockedURI} ${sample}`);
  });
}

/**
 * What was said in the place that is looked at, as lines.
 * @param {{ confirmed: boolean }} which
 * @returns {string[]}
 */
export function saidLines({ confirmed }) {
  const all = document.querySelectorAll("#messages .message:not(.notice)");
  return [...all].filter((it) => it.classList.contains("pending") !== confirmed).map((it) => {
    const nick = it.querySelector(".nick")?.textContent;
    const text = it.querySelector(".text")?.textContent ?? "";
    return it.classList.contains("emote") ? `[${text}]` : `${nick}: ${text}`;
  });
}

/** @returns {string[]} */
export function noticeLines() {
  return [...document.querySelectorAll("#messages .notice .text")].map((it) => it.textContent);
}

/** Notes when a name could be typed, and when the first message was there. */
export function watchFirstMessage() {
  const seen = { field: 0, message: 0 };
  Object.assign(globalThis, { seen });
  const watch = () => {
    if (!seen.field && document.querySelector("#nick")?.checkVisibility()) {
      seen.field = performance.now();
    }
    if (document.querySelector("#messages .message:not(.notice)")) {
      seen.message = performance.now();
      observer.disconnect();
    }
  };
  const observer = new MutationObserver(watch);
  observer.observe(document, { childList: true, subtree: true, attributes: true });
}

/** @returns {{ field: number, message: number }} */
export function firstMessage() {
  return Reflect.get(globalThis, "seen");
}

/** From now on notes how long each frame takes. */
export function startFrames() {
  const times = [];
  Object.assign(globalThis, { frameTimes: times });
  let last = performance.now();
  const next = () => {
    const now = performance.now();
    times.push(now - last);
    last = now;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}

/**
 * In milliseconds.
 * @returns {{ count: number, median: number, p95: number, worst: number }}
 */
export function frameTimes() {
  const times = Reflect.get(globalThis, "frameTimes").toSorted((one, other) => one - other);
  const at = (part) => Math.round(times[Math.floor(part * (times.length - 1))] * 10) / 10;
  return { count: times.length, median: at(0.5), p95: at(0.95), worst: at(1) };
}

/**
 * Scrolls up, some pixels in each frame, until a row that begins so is in the window. Whatever stood in the window
 * before a step must have moved by that step after it, and stay there until the next one, whatever came in.
 * @param {{ until: string, pixels: number, milliseconds: number }} options
 * @returns {Promise<{ all: string[], lost: string }>}
 */
export async function scrollUp({ until, pixels, milliseconds }) {
  const log = document.querySelector("#messages");
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const all = [];
  const deadline = performance.now() + milliseconds;
  const middle = () => {
    const { left, top, width, height } = log.getBoundingClientRect();
    const there = document.elementFromPoint(left + width / 2, top + height / 2);
    return there?.closest(".row") ?? there;
  };
  while (performance.now() < deadline) {
    const row = middle();
    const before = row.getBoundingClientRect().top;
    const scrolled = Math.min(pixels, log.scrollTop);
    log.scrollTop -= scrolled;
    await frame();
    await frame();
    const moved = row.getBoundingClientRect().top - before - scrolled;
    if (row.isConnected && Math.abs(moved) > 2) {
      all.push(`${Math.round(moved)} at ${row.textContent.slice(0, 40)}`);
    }
    const texts = [...log.querySelectorAll(".text")];
    const wanted = texts.find((it) => it.textContent.startsWith(until));
    const edge = log.getBoundingClientRect();
    if (wanted && wanted.getBoundingClientRect().bottom > edge.top) return { all, lost: "" };
  }
  return { all, lost: middle()?.textContent ?? "" };
}

/** @returns {{ text: string, top: number }} what stands in the middle of what one reads, and where */
export function rowAtTop() {
  const { left, top, width, height } = document.querySelector("#messages").getBoundingClientRect();
  const there = document.elementFromPoint(left + width / 2, top + height / 2);
  const text = (there.closest(".row") ?? there).querySelector(".text");
  return { text: text.textContent, top: text.getBoundingClientRect().top };
}

/**
 * @param {string} wanted
 * @returns {number}
 */
export function topOfRow(wanted) {
  const texts = [...document.querySelectorAll("#messages .text")];
  return texts.find((it) => it.textContent === wanted)?.getBoundingClientRect().top ?? NaN;
}

/** What payloads call if they are run. */
export function inviteOwners() {
  Object.assign(globalThis, { owned: () => Object.assign(globalThis, { isOwned: true }) });
}

/** @returns {boolean} */
export function isOwned() {
  return Reflect.get(globalThis, "isOwned") === true;
}

/**
 * The kinds of elements of the page, and attributes that run something, that are not among those known.
 * @param {readonly string[]} known
 * @returns {string[]}
 */
export function elementsBeside(known) {
  const own = ["div", "span", "bdi", "time", "a", "button", "li", "p", "code", "tr", "th", "td"];
  const kinds = [...document.querySelectorAll("*")].flatMap((element) => {
    const actions = element.getAttributeNames().filter((it) => it.startsWith("on"));
    return [element.localName, ...actions.map((it) => `${element.localName} ${it}`)];
  });
  return [...new Set(kinds)].filter((it) => !known.includes(it) && !own.includes(it));
}

/**
 * The links of each message.
 * @returns {{ texts: string[], all: { protocol: string, rel: string, target: string }[] }[]}
 */
export function linksIn() {
  return [...document.querySelectorAll("#messages .message:not(.notice)")].map((message) => {
    const links = [...message.querySelectorAll("a")];
    return {
      texts: links.map((it) => it.textContent),
      all: links.map(({ protocol, rel, target }) => ({ protocol, rel, target })),
    };
  });
}

/**
 * Rows that are drawn over others, or beyond the window: what is in a row is where the row is.
 * @returns {{ overlaps: string[], wide: string[] }}
 */
export function rowsThatOverlap() {
  const log = document.querySelector("#messages");
  const rows = [...log.querySelectorAll(".message")];
  const name = (row) => row.textContent.slice(0, 60);
  const overlaps = [];
  let bottom = -Infinity;
  for (const row of rows) {
    const box = row.getBoundingClientRect();
    if (box.top < bottom - 1) overlaps.push(name(row));
    bottom = box.bottom;
  }
  const edge = log.getBoundingClientRect().right + 1;
  const wide = rows.filter((row) => {
    const hides = getComputedStyle(row).overflowX !== "visible";
    const parts = hides ? [row] : [row, ...row.querySelectorAll("*")];
    return parts.some((it) => !it.closest(".unseen") && it.getBoundingClientRect().right > edge);
  });
  if (document.documentElement.scrollWidth > innerWidth) wide.push(document.body);
  return { overlaps, wide: wide.map(name) };
}
