/** What a person reads: every event as the line that our client and the plain wires show for it. */
import { type Event, type FailureCode, FAILURES } from "./event.ts";

/**
 * For example "chris: hello"; undefined for what is not meant for eyes. Who comes into the lobby has joined
 * the chat, as the bgnet0 document has it; other rooms are named.
 */
export function describe(event: Event, lobby = "lobby"): string | undefined {
  switch (event.type) {
    case "message":
      return event.emote ? `[${event.nick} ${event.text}]` : `${event.nick}: ${event.text}`;
    case "told":
      return `${event.nick} -> ${event.to}: ${event.text}`;
    case "joined":
      return `*** ${event.nick} has joined ${event.room === lobby ? "the chat" : `#${event.room}`}`;
    case "parted":
      return `*** ${event.nick} has left #${event.room}`;
    case "quitted":
      return `*** ${event.nick} has left the chat`;
    case "renamed":
      return `*** ${event.nick} is now known as ${event.to}`;
    case "roster":
      return `*** ${event.nicks.length} here: ${event.nicks.join(", ")}`;
    case "rooms":
      return `*** rooms: ${event.rooms.map((it) => `${it.room} (${it.members})`).join(", ")}`;
    case "notice":
      return `*** ${event.text}`;
    case "closing":
      return `*** the server closes: ${event.reason}`;
    case "failed":
      return `*** ${explain(event)}`;
    case "found":
      return `*** ${found(event.messages.length)} with "${event.text}"${
        event.next > 0 ? ", and there are more" : ""
      }`;
    case "seen":
      return `*** ${seen(event)}`;
    case "kicked":
      return `*** ${event.nick} was sent out of #${event.room} by ${event.by}${because(event)}`;
    case "claimed":
      return `*** ${event.nick} is your name alone now`;
    case "allowed":
      return `*** ${event.nick} may be used with ${event.key} too: by coming with it once`;
    case "released":
      return `*** ${event.nick} is ${
        event.key === "" ? "anybody's name" : "not that key's name"
      } now`;
    case "token":
      return `*** log in from elsewhere with: /login ${event.nick} ${event.token}`;
    case "topic":
      return `*** ${topic(event)}`;
    case "ruled":
    case "lifted":
      return `*** ${ruled(event)}`;
    case "locked":
      return `*** #${event.room} is locked by ${event.by}: ${
        LOCKS.get(event.hash === "" ? "invited" : "password")
      }`;
    case "unlocked":
      return `*** #${event.room} is open to everybody again`;
    case "rules":
      return `*** ${rules(event)}`;
    case "history":
    case "directs":
    case "entered":
    case "passed":
    case "challenge":
    case "identified":
    case "sent":
    case "ping":
    case "pong":
      return undefined;
  }
}

/** Why a wish was refused: "chris: somebody here has that name, or one that looks like it". */
export function explain(failed: { code: string; about: string; command?: string }): string {
  const { code, about, command } = failed;
  const why = Object.hasOwn(FAILURES, code) ? FAILURES[code as FailureCode] : code;
  if (about === "") return why;
  // Who is kept off the server is told the reason, where there is one.
  return code === "banned" && command === "hello" ? `${why}: ${about}` : `${about}: ${why}`;
}

/** What somebody is told who comes under another name than they asked for. */
export function asGuest(nick: string, wished: string): string {
  return `${wished} is somebody's name, so you are ${nick} here: /login if it is yours`;
}

function because({ reason }: { reason: string }): string {
  return reason === "" ? "" : `: ${reason}`;
}

function topic({ room, nick, text }: Extract<Event, { type: "topic" }>): string {
  if (text === "") return `#${room} has no topic${nick === "" ? "" : ` any more: ${nick}`}`;
  return `#${room} is about: ${text}${nick === "" ? "" : ` (${nick})`}`;
}

/** What each rule makes of somebody, and what they are when it is lifted. */
const RULED = new Map<string, readonly [made: string, lifted: string]>([
  ["op", ["is an operator of", "is no operator any more of"]],
  ["ban", ["is kept out of", "may come again into"]],
  ["mute", ["may only listen in", "may speak again in"]],
  ["invite", ["is invited into", "is no longer invited into"]],
]);

function ruled(event: Extract<Event, { type: "ruled" | "lifted" }>): string {
  const [made, lifted] = RULED.get(event.rule) ?? [event.rule, `no ${event.rule}`];
  const where = event.room === "" ? "the whole chat" : `#${event.room}`;
  const who = nameOf(event);
  if (event.type === "lifted") return `${who} ${lifted} ${where} (${event.by})`;
  const long = event.until > event.at ? ` for ${duration(event.until - event.at)}` : "";
  return `${who} ${made} ${where}${long} (${event.by})${because(event)}`;
}

const LOCKS = new Map([
  ["invited", "only the invited may come in"],
  ["password", "those who know the password may come in"],
]);

function rules({ room, topic, lock, rules, at }: Extract<Event, { type: "rules" }>): string {
  const lines = rules.map((it) => {
    const long = it.until > at && at > 0 ? ` for ${duration(it.until - at)} more` : "";
    return `${it.rule} ${nameOf(it)}${long}${because(it)} (${it.by})`;
  });
  const parts = [
    ...(topic === "" ? [] : [`about ${topic}`]),
    ...(lock === "" ? [] : [LOCKS.get(lock) ?? lock]),
    ...lines,
  ];
  const where = room === "" ? "the whole chat" : `#${room}`;
  return `${where}: ${parts.length === 0 ? "no rules" : parts.join("; ")}`;
}

/** Whom a rule is about, as people read it: "pat" for "nick:pat". */
function nameOf({ who, subject }: { who: string; subject: string }): string {
  return who || subject.slice(subject.indexOf(":") + 1);
}

function found(count: number): string {
  return count === 0 ? "nothing was said" : count === 1 ? "1 message" : `${count} messages`;
}

function seen({ nick, isHere, room, ago }: Extract<Event, { type: "seen" }>): string {
  const where = isHere ? `${nick} is here` : nick;
  if (room === "") {
    return isHere ? `${where} and has said nothing` : `${where} was never heard here`;
  }
  return `${where}${isHere ? "," : " was"} last heard in #${room} ${duration(ago)} ago`;
}

const UNITS = [["day", 86_400_000], ["hour", 3_600_000], ["minute", 60_000]] as const;

/** About as long as that: "3 days", "1 hour", "5 seconds". */
export function duration(milliseconds: number): string {
  const [name, length] = UNITS.find(([, length]) => milliseconds >= length) ?? ["second", 1000];
  const count = Math.max(0, Math.floor(milliseconds / length));
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}
