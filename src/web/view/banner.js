/** What is wrong with the connection, as long as it is. */
import { find, write } from "../elements.js";

/** @typedef {import("../../client/page_model.ts").Page} Page */

/** A blink of the connection is nobody's concern. */
const PATIENCE_MILLISECONDS = 400;

/** @param {() => void} hurry */
export function bannerView(hurry) {
  const banner = find("banner", HTMLDivElement);
  const words = find("banner-words", HTMLSpanElement);
  const countdown = find("banner-countdown", HTMLSpanElement);
  const button = find("try-now", HTMLButtonElement);
  button.onclick = hurry;
  let since = 0;

  /** @param {Page} model */
  function draw({ status, retryAt, now }) {
    const { isIn, pending, retryMilliseconds } = status;
    if (isIn) since = 0;
    else since ||= Date.now();
    const isTold = !isIn && Date.now() - since >= PATIENCE_MILLISECONDS;
    banner.hidden = !isTold;
    if (isIn) write(words, "");
    if (!isTold) return;
    const waiting = pending.length === 0
      ? "What you say is sent when it is back."
      : waits(pending.length);
    write(words, `There is no connection. ${waiting}`);
    const seconds = Math.max(0, Math.ceil((retryAt - now) / 1000));
    write(countdown, retryMilliseconds === 0 ? "Trying ..." : `Next try in ${seconds} s.`);
    button.disabled = retryMilliseconds === 0;
  }

  return { draw };
}

/** @param {number} count */
function waits(count) {
  return count === 1 ? "1 message waits to be sent." : `${count} messages wait to be sent.`;
}
