/** What the dashboard is told, as JSON. */
import type { Message } from "../chat/event.ts";

export interface DashboardState {
  version: string;
  /** Milliseconds since 1970. */
  now: number;
  uptimeSeconds: number;
  canStore: boolean;
  /** All of them; the lists may be shorter. */
  peopleCount: number;
  people: DashboardPerson[];
  roomCount: number;
  rooms: { room: string; members: number }[];
  /** The last that was said in rooms, the oldest first, each shortened. */
  recent: Pick<Message, "room" | "seq" | "at" | "nick" | "text" | "emote">[];
  /** How many connections there are of each dialect. */
  sessions: Record<string, number>;
  connections: number;
  messages: number;
  deliveries: number;
  notStored: number;
  /** Messages in each of the last seconds, the newest last. */
  pace: readonly number[];
  queuedBytes: number;
  /** In seconds: half, and 99 of 100, took no longer; null is longer than is measured. */
  commits: { count: number; half: number | null; most: number | null };
  delay: { now: number; most: number | null };
  /** In bytes. */
  memory: { rss: number; heapUsed: number };
}

export interface DashboardPerson {
  nick: string;
  /** These two are "" for somebody whose connection broke and who may come back. */
  dialect: string;
  peer: string;
  rooms: string[];
  /** When they connected, in milliseconds since 1970; 0 while they are away. */
  since: number;
  queuedBytes: number;
}
