/** Notices of the desktop that somebody has spoken to one: only for those who have turned them on. */
import { visible } from "../terminal/visible.ts";
import { find, write } from "./elements.js";
import { keep, load } from "./store.js";

const MAX_LENGTH = 200;

export function notifier() {
  const button = find("notify", HTMLButtonElement);
  // Browsers have them only for pages that came safely.
  button.hidden = !("Notification" in globalThis) || !isSecureContext;
  button.onclick = async () => {
    const isWished = !isOn();
    if (isWished && Notification.permission !== "granted") await Notification.requestPermission();
    keep({ notifies: isWished && Notification.permission === "granted" });
    draw();
  };

  function isOn() {
    return !button.hidden && load().notifies && Notification.permission === "granted";
  }

  function draw() {
    button.setAttribute("aria-pressed", String(isOn()));
    write(button, isOn() ? "Notifications on" : "Notify me");
  }

  draw();
  return {
    /** @param {string} text */
    rang(text) {
      if (!isOn() || document.hasFocus()) return;
      try {
        const shown = new Notification("chat", {
          body: visible(text.slice(0, MAX_LENGTH).toWellFormed()),
          tag: "chat",
        });
        shown.onclick = () => {
          globalThis.focus();
          shown.close();
        };
      } catch {
        // Phones know them only in another form.
      }
    },
  };
}
