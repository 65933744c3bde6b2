/**
 * One chat in one tab: a second one with the same secret would take the first one's place. Tabs ask each other
 * whether they are there.
 */

/** How long another tab may take to answer; and only if one has been left open, or has crashed. */
const ANSWER_MILLISECONDS = 1000;
const KEY = "chat.tab";

/**
 * @param {() => void} taken called when another tab has taken the chat over
 */
export function openTabs(taken) {
  const own = String(Math.random());
  const channel = openChannel();
  let isHere = false;
  /** @type {(() => void) | undefined} */
  let answered;

  if (channel) {
    channel.onmessage = ({ data }) => {
      if (data === "anybody?" && isHere) channel.postMessage("here");
      if (data === "here") answered?.();
      if (data === "mine" && isHere) {
        isHere = false;
        taken();
      }
    };
  }

  return {
    /** @returns {Promise<boolean>} */
    isOpenElsewhere() {
      if (!channel || !isMarked()) return Promise.resolve(false);
      channel.postMessage("anybody?");
      return new Promise((resolve) => {
        answered = () => resolve(true);
        setTimeout(() => resolve(false), ANSWER_MILLISECONDS);
      });
    },
    /** The chat is here from now on. */
    take() {
      isHere = true;
      mark(own);
      channel?.postMessage("mine");
    },
    /** The chat is nowhere now. */
    leave() {
      if (isHere && isMarked(own)) mark("");
      isHere = false;
    },
  };
}

/** Nothing where the browser has none, or lets this page keep nothing. */
function openChannel() {
  try {
    return new BroadcastChannel("chat");
  } catch {
    return undefined;
  }
}

/** Whether a tab has said that it is there, or this one has. */
function isMarked(own = "") {
  try {
    const mark = localStorage.getItem(KEY) ?? "";
    return own === "" ? mark !== "" : mark === own;
  } catch {
    return false;
  }
}

/** @param {string} text */
function mark(text) {
  try {
    localStorage.setItem(KEY, text);
  } catch {
    // Then the server tells one of the two that it has lost its place.
  }
}
