/** What a session is made of: its connection, its limits, and all that it needs of the world around it. */
import type { SessionId } from "../chat/effect.ts";
import type { Command } from "../chat/command.ts";
import type { Flusher } from "./flusher.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { QueueBudget } from "./queue_budget.ts";
import type { Session } from "./session.ts";
import type { Elsewhere, Spoken } from "./spoken.ts";
import type { Pace, Throttle } from "./throttle.ts";

/** What a session needs of a connection: a Deno.TcpConn has it, and so has a fake. */
export interface Connection {
  read(buffer: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  closeWrite(): Promise<void>;
  close(): void;
}

/** They may change while sessions are under way. */
export interface SessionLimits {
  maxQueueBytes: number;
  maxQueueMilliseconds: number;
  pace: Pace;
  /** How fast it may take other names, claim them and set topics. */
  changes: Pace;
  helloTimeoutMilliseconds: number;
  frameTimeoutMilliseconds: number;
  pingMilliseconds: number;
}

/** Somebody at the door. */
export interface Visit {
  /** "127.0.0.1:57354", for the log. */
  peer: string;
  /** Where they may think that they have connected to ("192.0.2.1:3490"): see chat/proof.ts. */
  addresses?: readonly string[];
  /** Whether what they say came in encrypted. */
  isSecure?: boolean;
  /** Whether they may talk as fast as they like. */
  isTrusted?: boolean;
  /** How fast they may change things, together with others at the same address. */
  changes?: Throttle | undefined;
  /** The dialect that they are known to speak, by those who sent them. */
  dialect?: string;
}

/** What a session needs of the world around it: the same for all of one door, so that each costs little. */
export interface Host {
  limits: SessionLimits;
  flusher: Flusher;
  budget: QueueBudget;
  log: Log;
  metrics: Metrics;
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** The dialect that opens with these bytes, and its codec on this listener. */
  detect(head: Uint8Array, visit: Visit): Spoken | Elsewhere | "unknown" | undefined;
  /** The dialect of those who stay silent for a while, if there is one. */
  silent(): { spoken: Spoken; afterMilliseconds: number } | undefined;
  /** One line for a peer that speaks no dialect known here. */
  unknownDialect: Uint8Array;
  /** Carries out a command. What it returns must be awaited before the next one. */
  handle(session: Session, command: Command): Promise<void> | undefined;
  /** When all that was said so far has happened; undefined if it has already. */
  settled(): Promise<void> | undefined;
  /** The peer has no more to say: it leaves the chat, once its facts have come back. */
  leave(session: Session): Promise<unknown>;
  /** Whether it has said hello and been let in. */
  isMember(session: Session): boolean;
}

export interface SessionOptions {
  id: SessionId;
  visit: Visit;
  connection: Connection;
  host: Host;
}
