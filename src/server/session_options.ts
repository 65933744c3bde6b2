/** What a session is made of: its connection, its limits, and all that it needs of the world around it. */
import type { SessionId } from "../chat/effect.ts";
import type { Command } from "../chat/command.ts";
import type { Flusher } from "./flusher.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { QueueBudget } from "./queue_budget.ts";
import type { Session } from "./session.ts";
import type { Elsewhere, Spoken } from "./spoken.ts";
import type { Pace } from "./throttle.ts";

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
  /** How fast it may take other names. */
  renames: Pace;
  helloTimeoutMilliseconds: number;
  frameTimeoutMilliseconds: number;
  pingMilliseconds: number;
}

/** What a session needs of the world around it. */
export interface SessionOptions {
  id: SessionId;
  /** "127.0.0.1:57354", for the log. */
  peer: string;
  /** Where the peer may think that it has connected to: "192.0.2.1:3490", "chat.example.org". */
  addresses: readonly string[];
  connection: Connection;
  limits: SessionLimits;
  /** Whether it may talk as fast as it likes. */
  isTrusted: boolean;
  flusher: Flusher;
  budget: QueueBudget;
  log: Log;
  metrics: Metrics;
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** The dialect that opens with these bytes, and its codec on this listener. */
  detect(head: Uint8Array): Spoken | Elsewhere | "unknown" | undefined;
  /** The dialect of those who stay silent for a while, if there is one. */
  silent?: { spoken: Spoken; afterMilliseconds: number } | undefined;
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
