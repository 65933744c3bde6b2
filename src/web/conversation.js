/** Runs the app in the browser: feeds it what is typed and what the server says, and does what it wants done. */
import { explain } from "../chat/words.ts";
import { pageApp } from "../client/page_app.ts";
import { returning } from "../client/returning.ts";
import { uuid } from "../client/uuid.ts";
import { openLink } from "./link.js";

/**
 * @typedef {import("../client/page_model.ts").Page} Page
 * @typedef {import("../client/page_model.ts").Before} Before
 * @typedef {import("../client/page_wishes.ts").Wish} Wish
 * @typedef {import("../client/person.ts").Action} Action
 * @typedef {import("../client/person.ts").Input} Input
 * @typedef {import("./identity.js").Found} Found
 * @typedef {{ nick: string, token: string, room: string, password: string, login: Login | undefined }} Person
 * @typedef {{ nick: string, token: string }} Login
 */

/**
 * @typedef {object} Conversation
 * @property {() => Page} model
 * @property {(line: string) => void} type
 * @property {(wish: Wish) => void} wish
 * @property {() => boolean} isFull whether nothing more can be said before something is confirmed
 * @property {() => void} hurry the network may be back: tries at once, or finds out whether it is still there
 * @property {() => void} drop there is no network any more
 * @property {() => void} stop
 */

/** The server may be silent for so long before it is asked whether it is there, and again before it is not. */
const SILENCE_MILLISECONDS = 30_000;
/** Somebody looks, and wants to know soon. */
const HURRY_MILLISECONDS = 4_000;
/** A clock that jumps so far has slept. */
const ASLEEP_MILLISECONDS = 15_000;

/**
 * @param {object} options
 * @param {string} options.url
 * @param {Promise<Found>} options.identity
 * @param {Person} options.person
 * @param {Before} options.before
 * @param {() => void} options.changed
 * @param {(text: string) => void} options.rang somebody has spoken to us
 * @param {() => void} options.ended
 * @returns {Conversation}
 */
export function converse({ url, identity, person, before, changed, rang, ended }) {
  const app = returning(pageApp(before));
  const [first, actions] = app.start({
    ...person,
    isNickGiven: true,
    showsReplay: true,
    echoes: false,
    reconnectMilliseconds: Infinity,
  });
  let now = first;
  let isOver = false;
  let awake = Date.now();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let retry;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let silence;

  /** @param {Input} input */
  function take(input) {
    if (isOver) return;
    const before = now.inner;
    const [next, wanted] = app.update(now, input);
    now = next;
    for (const action of wanted) perform(action, input);
    if (now.inner !== before) changed();
  }

  /** @param {Action} action @param {Input} input */
  function perform(action, input) {
    switch (action.type) {
      case "send":
        return link.send(action.command);
      case "remark":
        // That there is no connection is to be seen as long as it is so.
        return input.type === "disconnected"
          ? undefined
          : take({ type: "note", text: action.text });
      case "reconnect":
        clearTimeout(retry);
        retry = setTimeout(connect, action.afterMilliseconds);
        return;
      case "drop":
        return link.close();
      case "ring":
        return rang(action.text);
      case "exit":
        stop();
        return ended();
    }
  }

  /** @param {boolean} isAgain */
  function open(isAgain) {
    return openLink(url, {
      identity: identity.then((found) => {
        keyless(found.problem);
        return found.identity;
      }),
      opened: () => {
        mindSilence(SILENCE_MILLISECONDS);
        if (isAgain) take({ type: "connected", now: Date.now() });
      },
      heard: (event) => {
        mindSilence(SILENCE_MILLISECONDS);
        // Most people never need to know: those are told who wish for what takes a key.
        if (event.type === "failed" && event.command === "prove") keyless(why(event));
        else take({ type: "event", event });
      },
      closed: () => {
        clearTimeout(silence);
        take({ type: "disconnected", now: Date.now(), chance: Math.random() });
      },
    });
  }

  /** @param {string} why */
  function keyless(why) {
    take({ type: "wish", wish: { type: "keyless", why } });
  }

  function connect() {
    retry = undefined;
    link = open(true);
  }

  /** @param {number} milliseconds */
  function mindSilence(milliseconds, hasAsked = false) {
    clearTimeout(silence);
    silence = setTimeout(() => {
      if (hasAsked) return link.close();
      ask(milliseconds);
    }, milliseconds);
  }

  /** @param {number} milliseconds */
  function ask(milliseconds) {
    take({ type: "quiet" });
    if (!isOver) mindSilence(milliseconds, true);
  }

  function hurry() {
    if (isOver) return;
    if (retry !== undefined) {
      clearTimeout(retry);
      connect();
    } else if (now.isIn && now.memory.wasIn) ask(HURRY_MILLISECONDS);
  }

  function tick() {
    const time = Date.now();
    const hasSlept = time - awake > ASLEEP_MILLISECONDS;
    awake = time;
    take({ type: "tick", now: time });
    if (hasSlept) hurry();
  }

  function stop() {
    isOver = true;
    clearInterval(clock);
    clearTimeout(retry);
    clearTimeout(silence);
    link.close();
  }

  const clock = setInterval(tick, 1000);
  let link = open(false);
  for (const action of actions) perform(action, { type: "tick", now: awake });
  take({ type: "tick", now: awake });

  return {
    model: () => now.inner,
    type: (line) => {
      take({ type: "tick", now: Date.now() });
      take({ type: "line", line, id: newId() });
    },
    wish: (wish) => take({ type: "wish", wish }),
    isFull: () => app.isFull?.(now) ?? false,
    hurry,
    drop: () => link.close(),
    stop,
  };
}

/** @param {{ code: string, about: string }} refusal */
function why({ about, code }) {
  return about === ""
    ? explain({ about, code })
    : `${about}; whoever runs it can name it in public_addresses`;
}

function newId() {
  return uuid(Date.now(), crypto.getRandomValues(new Uint8Array(16)));
}
