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
    case "history":
    case "directs":
    case "entered":
    case "sent":
    case "ping":
    case "pong":
      return undefined;
  }
}

/** Why a wish was refused: "chris: somebody here has that name, or one that looks like it". */
export function explain(failed: { code: string; about: string }): string {
  const { code } = failed;
  const why = Object.hasOwn(FAILURES, code) ? FAILURES[code as FailureCode] : code;
  return failed.about === "" ? why : `${failed.about}: ${why}`;
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
