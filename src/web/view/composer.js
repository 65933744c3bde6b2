/** The field that one types into: it grows with its text, recalls what was typed before, and completes names. */
import { holdsSecret } from "../../chat/slash.ts";
import { complete, completed } from "../../client/complete.ts";
import { wordsOf } from "../../client/talk_lines.ts";
import { add, newer, NOTHING, older } from "../../terminal/recall.ts";
import { find } from "../elements.js";
import { isComposing } from "../keys.js";

/**
 * @typedef {import("../../client/page_model.ts").Page} Page
 * @typedef {import("../../client/complete.ts").Completion} Completion
 * @typedef {import("../../terminal/recall.ts").Recalled} Recalled
 */

/**
 * @param {object} options
 * @param {() => Page | undefined} options.model
 * @param {(line: string) => boolean} options.enter takes a line; false if it has to wait
 */
export function composerView({ model, enter }) {
  const form = find("composer", HTMLFormElement);
  const field = find("text", HTMLTextAreaElement);
  const button = find("send", HTMLButtonElement);
  let recall = NOTHING;
  /** @type {Completion | undefined} */
  let completion;
  let place = "";
  /** What was begun in other places. @type {Map<string, string>} */
  const drafts = new Map();

  /** @param {Page} page */
  function draw({ current }) {
    if (current === place) return;
    if (place !== "") drafts.set(place, field.value);
    fill(drafts.get(current) ?? "");
    drafts.delete(current);
    place = current;
    field.placeholder = `Message ${current}`;
    field.setAttribute("aria-label", `Message to ${current}`);
  }

  /** @param {string} text */
  function fill(text) {
    field.value = text;
    grow();
  }

  function grow() {
    // While it is measured nothing else may move, or what was said would not be at its end any more.
    form.style.minHeight = `${form.offsetHeight}px`;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
    form.style.minHeight = "";
    button.disabled = field.value.trim() === "";
  }

  function submit() {
    const text = field.value.replace(/\s+$/, "");
    if (text.trim() === "" || !enter(text)) return;
    // What is secret is not shown again.
    if (!holdsSecret(text)) recall = add(recall, text);
    fill("");
    field.focus();
  }

  /** @param {Recalled | undefined} recalled */
  function recallTo(recalled) {
    if (!recalled) return false;
    recall = recalled.recall;
    fill(recalled.text);
    return true;
  }

  /** Whether there was something to complete: if there is not, Tab leads on to the next button as everywhere. */
  function completeWord() {
    const page = model();
    if (!page || field.selectionStart !== field.selectionEnd) return false;
    const { value, selectionStart } = field;
    const next = complete(value.slice(0, selectionStart), wordsOf(page), completion);
    if (!next) return false;
    completion = next;
    const before = completed(next);
    fill(before + value.slice(selectionStart));
    field.setSelectionRange(before.length, before.length);
    return true;
  }

  /** Up in an empty field, or in one that was recalled. */
  function isRecalling() {
    return field.value === "" || recall.at < recall.entries.length;
  }

  /** @param {KeyboardEvent} event Whether the key is ours. */
  function press(event) {
    const { key, shiftKey, altKey, ctrlKey, metaKey } = event;
    if (isComposing(event) || altKey || metaKey || ctrlKey) return false;
    if (key === "Enter" && !shiftKey) {
      submit();
      return true;
    }
    if (key === "Tab" && !shiftKey) return completeWord();
    if (key === "ArrowUp" && isRecalling() && isOnLine("first")) {
      return recallTo(older(recall, field.value));
    }
    if (key === "ArrowDown" && isRecalling() && isOnLine("last")) {
      return recallTo(newer(recall, field.value));
    }
    return false;
  }

  /** @param {"first" | "last"} which */
  function isOnLine(which) {
    const { value, selectionStart } = field;
    const beyond = which === "first" ? value.slice(0, selectionStart) : value.slice(selectionStart);
    return !beyond.includes("\n");
  }

  field.addEventListener("keydown", (event) => {
    if (press(event)) event.preventDefault();
  });
  field.addEventListener("input", () => {
    completion = undefined;
    grow();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });

  return {
    draw,
    focus: () => field.focus(),
    /** On a phone a keyboard would cover what there is to be read. */
    focusIfHandy: () => {
      if (matchMedia("(pointer: fine)").matches) field.focus();
    },
  };
}
