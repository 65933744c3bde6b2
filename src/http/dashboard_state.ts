/**
 * What the dashboard shows, as it is now. What people say to one alone is not in it: it is made of what was
 * said in rooms, and nothing else of what was said is asked for. Pure.
 */
import type { Message } from "../chat/event.ts";
import type { DashboardState } from "./dashboard_shape.ts";
import type { Observed } from "./metric_families.ts";

/** The most of each that is shown; all are counted. */
export const SHOWN = { people: 200, rooms: 100, roomsOfEach: 20 };
/** In UTF-16 units: more of a message is not read in passing. */
const MAX_TEXT_LENGTH = 400;

export function dashboardState(
  { version, uptimeSeconds, canStore, metrics, snapshot, memory }: Observed,
  { recent, now }: { recent: readonly Message[]; now: number },
): DashboardState {
  const { peopleCount, roomCount, rooms, queuedBytes } = snapshot;
  return {
    version,
    now,
    uptimeSeconds,
    canStore,
    peopleCount,
    people: snapshot.people.map(({ ageMilliseconds, ...person }) => ({
      ...person,
      since: person.peer === "" ? 0 : Math.round(now - ageMilliseconds),
    })),
    roomCount,
    rooms,
    recent: recent.map(({ room, seq, at, nick, text, emote }) => {
      return { room, seq, at, nick, text: shortened(text), emote };
    }),
    sessions: Object.fromEntries(
      [...snapshot.sessions].map(([dialect, count]) => [dialect || "unknown", count]),
    ),
    connections: metrics.connectionsOpen,
    messages: metrics.messages + metrics.directs,
    deliveries: metrics.deliveries,
    notStored: metrics.notStored,
    pace: metrics.pace,
    queuedBytes,
    commits: {
      count: metrics.commits.count,
      half: finite(metrics.commits.within(0.5)),
      most: finite(metrics.commits.within(0.99)),
    },
    delay: { now: metrics.worstDelay, most: finite(metrics.delays.within(0.99)) },
    memory: { rss: memory.rss, heapUsed: memory.heapUsed },
  };
}

function shortened(text: string): string {
  if (text.length <= MAX_TEXT_LENGTH) return text;
  const beginning = text.slice(0, MAX_TEXT_LENGTH);
  return `${beginning.isWellFormed() ? beginning : beginning.slice(0, -1)}…`;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
