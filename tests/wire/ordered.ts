/** What the laws ask about whose names are and about order: commands, events, and what strangers may put in. */
import { ask, type Command } from "../../src/chat/command.ts";
import type { Event } from "../../src/chat/event.ts";
import { tell } from "../chat/events.ts";

export const KEY = `ed25519:${"k".repeat(43)}`;
const at = 1_700_000_000_000;
const room = "lobby";

/** Those of a hello come before it on the wires that have them; here it has been said. */
export const ORDERS: readonly Command[] = [
  ask("claim", {}),
  ask("release", {}),
  ask("release", { key: KEY }),
  ask("allow", { key: KEY }),
  ask("token", {}),
  ask("login", { nick: "chris", token: "sesame" }),
  ask("join", { room: "board", password: "sesame" }),
  ask("topic", { room }),
  ask("topic", { room, text: "tea at five" }),
  ask("kick", { room, nick: "pat", reason: "too loud" }),
  ask("ban", { room, who: "pat", time: "10m", reason: "too loud" }),
  ask("ban", { room, who: "10.0.0.0/8" }),
  ask("unban", { room, who: "pat" }),
  ask("mute", { room, who: "pat", time: "2h" }),
  ask("unmute", { room, who: "pat" }),
  ask("op", { room, who: "pat" }),
  ask("deop", { room, who: "pat" }),
  ask("invite", { room, who: "pat" }),
  ask("lock", { room, password: "sesame" }),
  ask("unlock", { room }),
  ask("banish", { who: "pat", time: "7d", reason: "spam" }),
  ask("unbanish", { who: "pat" }),
  ask("rules", { room }),
];

/** What is told to the one who asked, or whom it is about: a person needs to hear each of them. */
export const ANSWERS: readonly Event[] = [
  { type: "claimed", nick: "chris", key: KEY, at },
  tell("released", { nick: "chris", at }),
  tell("released", { nick: "chris", key: KEY, at }),
  { type: "token", nick: "chris", token: "sesame" },
  tell("kicked", { room, nick: "pat", by: "chris", reason: "too loud" }),
  tell("topic", { room, nick: "chris", text: "tea at five", at }),
  tell("topic", { room, nick: "", at: 0 }),
  ruled("ban", "nick:pat"),
  { ...ruled("mute", "address:10.0.0.0/8"), until: at + 600_000, reason: "too loud" },
  ruled("op", `key:${KEY}`),
  ruled("invite", "nick:pat"),
  // A newer server may have rules that are not known here, whatever they are called.
  ruled("valueOf", "nick:pat"),
  tell("lifted", { room, rule: "ban", subject: "nick:pat", by: "chris", at }),
  tell("locked", { room, by: "chris", at }),
  tell("locked", { room, by: "chris", hash: "*", at }),
  { type: "unlocked", room, by: "chris", at },
  tell("rules", { room, rules: [] }),
  tell("rules", {
    room,
    topic: "tea",
    lock: "constructor",
    rules: [{
      room,
      rule: "op",
      subject: `key:${KEY}`,
      by: "chris",
      until: 0,
      reason: "",
      who: "chris",
    }],
  }),
  ...["nick-owned", "no-key", "bad-proof", "not-claimed", "not-allowed", "bad-subject"].map(
    refused,
  ),
  ...["no-such-rule", "banned", "muted", "not-invited", "bad-password"].map(refused),
];

/** All that there is of them, the parts of a proof too. */
export const ORDERED: readonly Event[] = [
  ...ANSWERS,
  { type: "challenge", key: KEY, nonce: "n".repeat(43) },
  { type: "identified", key: KEY, nicks: ["chris", "kris"] },
  { type: "failed", command: "hello", code: "nick-owned", about: "chris", id: "" },
  { type: "failed", command: "hello", code: "bad-password", about: "", id: "" },
  { type: "failed", command: "hello", code: "banned", about: "spam", id: "" },
  { type: "failed", command: "say", code: "muted", about: room, id: "" },
];

/** Those that hold the digest of a secret, which is told to nobody. */
export const WITH_DIGESTS: readonly ((hash: string) => Event)[] = [
  (hash) => ({ type: "passed", nick: "chris", hash, key: "", at }),
  (hash) => ({ type: "locked", room, by: "chris", hash, at }),
];

/** Whatever somebody may type or be called so, in each field that holds it. */
export const CARRYING: readonly ((evil: string) => Event)[] = [
  (evil) => tell("kicked", { room, nick: "pat", by: "chris", reason: evil }),
  (evil) => tell("kicked", { room: "dev", nick: "pat", by: "chris", reason: evil }),
  (evil) => tell("topic", { room, nick: "chris", text: evil, at }),
  (evil) => ruled("ban", `nick:${evil}`),
  (evil) => ({ ...ruled("mute", "nick:pat"), reason: evil }),
  (evil) => ruled(evil, "nick:pat"),
  (evil) => tell("lifted", { room, rule: "ban", subject: evil, by: "chris", at }),
  (evil) => tell("rules", { room, topic: evil, lock: evil, rules: [] }),
  (evil) =>
    tell("rules", {
      room,
      rules: [{ room, rule: evil, subject: evil, by: evil, until: 0, reason: evil, who: evil }],
    }),
  (evil) => ({ type: "token", nick: "chris", token: evil }),
  (evil) => ({ type: "identified", key: evil, nicks: [evil] }),
  (evil) => ({ type: "challenge", key: evil, nonce: evil }),
  (evil) => ({ type: "failed", command: "join", code: "not-invited", about: evil, id: "" }),
  (evil) => ({ type: "failed", command: "hello", code: "banned", about: evil, id: "" }),
];

/** Every nick and every room that there can be. */
export const NAMING: readonly ((name: string) => Event)[] = [
  (name) => ({ type: "claimed", nick: name, key: KEY, at }),
  (name) => tell("released", { nick: name, at }),
  (name) => ({ type: "token", nick: name, token: "t" }),
  (name) => tell("kicked", { room: name, nick: name, by: name }),
  (name) => tell("kicked", { room, nick: name, by: name }),
  (name) => tell("topic", { room: name, nick: name, text: "tea", at }),
  (name) => ({ ...ruled("op", `nick:${name}`), room: name, by: name }),
  (name) => tell("lifted", { room: name, rule: "op", subject: `nick:${name}`, by: name, at }),
  (name) => tell("locked", { room: name, by: name, at }),
  (name) => ({ type: "unlocked", room: name, by: name, at }),
];

function ruled(rule: string, subject: string): Extract<Event, { type: "ruled" }> {
  return tell("ruled", { room, rule, subject, by: "chris", at });
}

function refused(code: string): Event {
  return { type: "failed", command: "login", code, about: "", id: "" };
}
