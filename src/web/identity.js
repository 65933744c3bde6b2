/**
 * The key that proves who one is at this server. The browser makes and keeps it; nobody can read it, this page
 * neither: it can only have something signed. Where there can be none, the page does without.
 */

/**
 * @typedef {import("../client/identify.ts").Identity} Identity
 * @typedef {{ identity?: Identity, problem: string }} Found `problem` is why there is none
 */

const STORE = "keys";
const OWN = "own";
/** Some browsers let one wait for ever for what they do not keep. */
const PATIENCE_MILLISECONDS = 3000;
const INSECURE = "browsers make keys only for pages that come by https, or from this machine";
const UNABLE = "this browser makes no such keys, or does not keep them";

/** Never rejects. @returns {Promise<Found>} */
export function openIdentity() {
  if (!globalThis.crypto?.subtle) return Promise.resolve({ problem: INSECURE });
  const unable = { problem: UNABLE };
  return Promise.race([
    ownKey().then(identityOf).catch(() => unable),
    /** @type {Promise<Found>} */
    (new Promise((resolve) => setTimeout(resolve, PATIENCE_MILLISECONDS, unable))),
  ]);
}

/** @param {CryptoKeyPair} pair @returns {Promise<Found>} */
async function identityOf({ publicKey, privateKey }) {
  const key = `ed25519:${base64url(await crypto.subtle.exportKey("raw", publicKey))}`;
  /** @param {string} text */
  const sign = async (text) =>
    base64url(await crypto.subtle.sign("Ed25519", privateKey, new TextEncoder().encode(text)));
  return { identity: { key, sign }, problem: "" };
}

/** One that is not kept would be worse than none: its names would be lost with it. */
async function ownKey() {
  const opening = indexedDB.open("chat");
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await answerTo(opening);
  const read = () => answerTo(database.transaction(STORE).objectStore(STORE).get(OWN));
  const found = await read();
  if (found) return found;
  const made = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
  const writing = database.transaction(STORE, "readwrite");
  // Another tab may have made one meanwhile, which stays.
  await answerTo(writing.objectStore(STORE).add(made, OWN)).catch(() => {});
  return read();
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function answerTo(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @param {ArrayBuffer} buffer */
function base64url(buffer) {
  const text = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
