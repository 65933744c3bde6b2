/** The place that the page's address names: "/#dev" is a room, "/#@pat" a person. */
import { isNick, roomName } from "../chat/names.ts";

/** "#dev", "@pat", or "" if the address names none. @param {string} hash */
export function placeOf(hash) {
  const name = decoded(hash.replace(/^#/, ""));
  if (name.startsWith("@")) return isNick(name.slice(1)) ? name : "";
  const room = roomName(name);
  return room === undefined ? "" : `#${room}`;
}

/** @param {string} place */
export function hashOf(place) {
  const name = place.startsWith("#") ? place.slice(1) : place;
  return `#${encodeURIComponent(name).replace(/^%40/, "@")}`;
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
