/**
 * Who is there and where, as an operator may see it: values, with nothing in them that could change anything.
 * Locked rooms are counted, and not named.
 */
import type { SessionId } from "../chat/effect.ts";
import type { Hub } from "../chat/hub.ts";
import type { Session } from "./session.ts";

export interface Snapshot {
  /** All of them; the lists may be shorter. */
  peopleCount: number;
  roomCount: number;
  people: Person[];
  /** The largest. */
  rooms: { room: string; members: number }[];
  /** How many connections there are of each dialect; "" for those that have not said anything yet. */
  sessions: Map<string, number>;
  /** How many bytes wait for all of them together. */
  queuedBytes: number;
  /** ... and how many of them are the same for nobody else, and so take memory of their own. */
  ownQueuedBytes: number;
}

export interface Person {
  nick: string;
  /** These two are "" for somebody whose connection broke and who may come back. */
  dialect: string;
  peer: string;
  rooms: string[];
  /** For how long their connection has been there. */
  ageMilliseconds: number;
  queuedBytes: number;
}

export interface Everybody {
  hub: Hub;
  connections: Iterable<Session>;
  /** Those who are told what happens, by their place. */
  sessions: ReadonlyMap<SessionId, Session>;
}

/** The most people and rooms that are told of. */
export interface SnapshotLimits {
  people: number;
  rooms: number;
  roomsOfEach: number;
}

export function takeSnapshot(
  { hub, connections, sessions }: Everybody,
  limits: SnapshotLimits,
): Snapshot {
  const isOpen = (room: string) => !hub.isLocked(room);
  const people: Person[] = [];
  for (const { session: place, nick, rooms } of hub.people.all()) {
    if (people.length >= limits.people) break;
    const session = sessions.get(place);
    people.push({
      nick,
      dialect: session?.dialect ?? "",
      peer: session?.peer ?? "",
      rooms: [...rooms].filter(isOpen).slice(0, limits.roomsOfEach),
      ageMilliseconds: session?.ageMilliseconds ?? 0,
      queuedBytes: session?.queuedBytes ?? 0,
    });
  }
  const rooms = hub.people.rooms().sort((one, other) => other.members - one.members);
  const open = rooms.filter(({ room }) => isOpen(room));
  return {
    peopleCount: hub.people.count,
    roomCount: rooms.length,
    people,
    rooms: open.slice(0, limits.rooms),
    ...summed(connections),
  };
}

function summed(
  connections: Iterable<Session>,
): Pick<Snapshot, "sessions" | "queuedBytes" | "ownQueuedBytes"> {
  const sessions = new Map<string, number>();
  let queuedBytes = 0;
  let ownQueuedBytes = 0;
  for (const session of connections) {
    sessions.set(session.dialect, (sessions.get(session.dialect) ?? 0) + 1);
    queuedBytes += session.queuedBytes;
    ownQueuedBytes += session.ownQueuedBytes;
  }
  return { sessions, queuedBytes, ownQueuedBytes };
}
