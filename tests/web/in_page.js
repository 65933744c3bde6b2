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

/** From now on pages have no keys, as those that came from another machine by plain HTTP. */
export function removeSubtle() {
  Object.defineProperty(globalThis.crypto, "subtle", { value: undefined });
}

/** From now on no timeout of a page's own ends: what it does is done because of what somebody else did. */
export function removeTimeouts() {
  Object.defineProperty(globalThis, "setTimeout", { value: () => 0 });
}

/** Whether these are one and the same. @param {Node} one @param {Node} other */
export function isSame(one, other) {
  return one === other;
}

/** @returns {string} all that the page has kept */
export function keptText() {
  return JSON.stringify({ ...localStorage });
}

/**
 * What was said in the place that is looked at, as lines; nothing while the chat is not to be seen.
 * @param {{ confirmed: boolean }} which
 * @returns {string[]}
 */
export function saidLines({ confirmed }) {
  const all = [...document.querySelectorAll("#messages .message:not(.notice)")];
  const seen = all.filter((it) => it.checkVisibility());
  return seen.filter((it) => it.classList.contains("pending") !== confirmed).map((it) => {
    const nick = it.querySelector(".nick")?.textContent;
    const text = it.querySelector(".text")?.textContent ?? "";
    return it.classList.contains("emote") ? `[${text}]` : `${nick}: ${text}`;
  });
}

/** @returns {string[]} those that are to be seen: not those of an earlier visit, behind what one has left */
export function noticeLines() {
  const all = [...document.querySelectorAll("#messages .notice .text")];
  return all.filter((it) => it.checkVisibility()).map((it) => it.textContent);
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
    const name = row.textContent.slice(0, 40);
    if (!row.isConnected) all.push(`${name} was taken away`);
    else if (Math.abs(moved) > 2) all.push(`${name} moved by ${Math.round(moved)}`);
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

/** All that the browser remembers of earlier visits. @param {string} memory */
export function rememberOnly(memory) {
  localStorage.clear();
  localStorage.setItem("chat", memory);
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

/** Makes all texts invisible but this one, and all visible again for "". @param {string} text */
export function hideOthers(text) {
  for (const it of document.querySelectorAll("#messages .text")) {
    it.style.visibility = text === "" || it.textContent === text ? "" : "hidden";
  }
}

/**
 * The elements that reach out of the window, or that can be scrolled sideways and should not be.
 * @returns {string[]}
 */
export function wideElements() {
  const name = (it) => `${it.localName}#${it.id}.${it.className} ${it.textContent.slice(0, 40)}`;
  const { documentElement } = document;
  const width = documentElement.clientWidth;
  const isSeen = (it) => it.checkVisibility({ visibilityProperty: true });
  const wide = [...document.querySelectorAll("body, body *")].filter((it) => {
    if (!isSeen(it) || it.closest(".unseen, #skip, svg")) return false;
    const reachesOut = (part) => {
      const { left, right } = part.getBoundingClientRect();
      return right > width + 1 || left < -1;
    };
    // What is cut off by something that stays inside is not seen out there.
    let box = it.parentElement;
    while (box && getComputedStyle(box).overflowX === "visible") box = box.parentElement;
    const isOut = reachesOut(it) && (!box || box === document.body || reachesOut(box));
    const scrolls = ["auto", "scroll"].includes(getComputedStyle(it).overflowX);
    return isOut || scrolls && it.scrollWidth > it.clientWidth;
  });
  if (documentElement.scrollWidth > width) wide.push(documentElement);
  return wide.map(name);
}

/**
 * Texts whose colour is too much like what is behind them, by the formula of WCAG 2.
 * @param {number} least the contrast that texts of usual size must have
 * @returns {string[]}
 */
export function paleTexts(least) {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = (front, back) =>
    [0, 1, 2].map((at) => front[at] * front[3] + back[at] * (1 - front[3])).concat(1);
  const backOf = (element) => {
    const layers = [];
    for (let it = element; it; it = it.parentElement) {
      layers.push(rgba(getComputedStyle(it).backgroundColor));
    }
    const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
    const canvasColour = isDark ? [18, 18, 18, 1] : [255, 255, 255, 1];
    return layers.reduceRight((back, front) => over(front, back), canvasColour);
  };
  const opacityOf = (element) => {
    let opacity = 1;
    for (let it = element; it; it = it.parentElement) opacity *= getComputedStyle(it).opacity;
    return opacity;
  };
  const light = (colour) => {
    const [red, green, blue] = colour.map((it) => {
      const part = it / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const pale = new Set();
  for (const element of document.querySelectorAll("body *")) {
    const hasText = [...element.childNodes].some((it) => it.nodeType === 3 && it.data.trim());
    const isSeen = element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    if (!hasText || !isSeen) continue;
    if (element.closest(".unseen, #skip, noscript, :disabled, option")) continue;
    const style = getComputedStyle(element);
    const back = backOf(element);
    const [red, green, blue, alpha] = rgba(style.color);
    const front = over([red, green, blue, alpha * opacityOf(element)], back);
    const [high, low] = [light(front), light(back)].toSorted((one, other) => other - one);
    const contrast = (high + 0.05) / (low + 0.05);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || size >= 18.66 && Number(style.fontWeight) >= 700;
    if (contrast >= (isLarge ? 3 : least)) continue;
    const colours = `${style.color} on rgb(${back.slice(0, 3).map(Math.round)})`;
    pale.add(`${element.localName}.${element.className}: ${contrast.toFixed(2)}, ${colours}`);
  }
  return [...pale];
}

/**
 * What has the focus; the name is "" for the page itself.
 * @returns {{ name: string, isVisible: boolean, isInDialog: boolean }}
 */
export function focused() {
  const element = document.activeElement;
  if (!element || element === document.body) {
    return { name: "", isVisible: true, isInDialog: false };
  }
  const nameOf = (it) =>
    it.getAttribute("aria-label") ?? (it.labels?.[0]?.textContent || it.textContent.trim());
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
  const isMarked = outlineStyle !== "none" && parseFloat(outlineWidth) >= 1 || boxShadow !== "none";
  const { left, top, right, bottom } = element.getBoundingClientRect();
  const isInside = left < innerWidth && top < innerHeight && right > 0 && bottom > 0;
  return {
    name: nameOf(element),
    isVisible: isMarked && isInside && element.checkVisibility({ visibilityProperty: true }),
    isInDialog: element.closest("dialog") !== null,
  };
}

/**
 * The names of all that Tab should come by.
 * @returns {string[]}
 */
export function reachable() {
  const all = document.querySelectorAll("a[href], button, input, textarea, select, [tabindex='0']");
  return [...all]
    .filter((it) => it.checkVisibility({ visibilityProperty: true }) && !it.disabled)
    .map((it) =>
      it.getAttribute("aria-label") ?? (it.labels?.[0]?.textContent || it.textContent.trim())
    );
}

/**
 * What axe, which must be in the page, finds to be wrong there.
 * @returns {Promise<string[]>}
 */
export async function violations() {
  const { violations } = await Reflect.get(globalThis, "axe").run();
  return violations.map(({ id, nodes }) =>
    `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join("\n")}`
  );
}
