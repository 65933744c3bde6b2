/**
 * Tells many one event: encodes it once for each kind of client present. What it does for each recipient must
 * never wait, and must allocate nothing. What one turn says in a room is handed over to its members as one:
 * on a busy server, going through all of them for each message would cost more than all else.
 */
import type { SessionId } from "../chat/effect.ts";
import type { Event } from "../chat/event.ts";
import type { Encoder } from "../wire/dialect.ts";
import { Arena, type View } from "./arena.ts";
import type { Metrics } from "./metrics.ts";
import type { Session } from "./session.ts";

/** What a kind of client has for an event; undefined if it has no words for it. */
type Views = Map<Encoder<Event>, View | undefined>;

/** Messages to the same members: what they have not been handed yet, for each kind of client. */
interface Run {
  to: ReadonlySet<SessionId>;
  views: Views;
}

export interface TellerOptions {
  /** Those who are told what happens, by their place: a live view. */
  sessions: ReadonlyMap<SessionId, Session>;
  metrics: Pick<Metrics, "deliveries">;
}

export class Teller {
  #options: TellerOptions;
  #arenas = new WeakMap<Encoder<Event>, Arena>();
  #run: Run | undefined;

  constructor(options: TellerOptions) {
    this.#options = options;
  }

  /**
   * `to` is kept until settle() if it is a set: it must not change before. Nobody may be told anything else
   * before that, either.
   */
  tell(to: Iterable<SessionId>, event: Event, author: SessionId) {
    const members = to instanceof Set ? to : undefined;
    if (members && isTalk(event)) this.#options.metrics.deliveries += members.size;
    const isForAll = this.#isForAll(event, author);
    if (this.#run && this.#run.to === members && isForAll) return this.#goOn(this.#run, event);
    this.settle();
    const views = this.#tellEach(to, event, author);
    if (members && isForAll) this.#begin(members, views);
  }

  /** Hands over what is left of a run of messages. To be called before anybody is told in another way. */
  settle() {
    const run = this.#run;
    if (!run) return;
    this.#run = undefined;
    this.#handOver(run);
  }

  /** Tells each, and returns what was said to whom. */
  #tellEach(to: Iterable<SessionId>, event: Event, author: SessionId): Views {
    const views: Views = new Map();
    let encoder: Encoder<Event> | undefined;
    let view: View | undefined;
    for (const id of to) {
      const session = this.#options.sessions.get(id);
      if (!session?.encoder) continue;
      if (id === author && !ignoresOwn(session.encoder, event)) {
        session.tell(event, true);
        continue;
      }
      if (session.encoder !== encoder) {
        encoder = session.encoder;
        if (!views.has(encoder)) views.set(encoder, this.#encode(encoder, event));
        view = views.get(encoder);
      }
      if (view) session.deliver(view);
    }
    return views;
  }

  /** What is said next may be to the same members. */
  #begin(to: ReadonlySet<SessionId>, views: Views) {
    for (const encoder of views.keys()) {
      // Its clients are told each message by itself.
      if (encoder.paceMilliseconds) return;
      views.set(encoder, undefined);
    }
    this.#run = { to, views };
  }

  /** Whether it is a message, and its author is told the same as all others, or is not there. */
  #isForAll(event: Event, author: SessionId): boolean {
    const { encoder } = this.#options.sessions.get(author) ?? {};
    return event.type === "message" && (!encoder || ignoresOwn(encoder, event));
  }

  #goOn(run: Run, event: Event) {
    for (const [encoder, before] of run.views) {
      const view = this.#encode(encoder, event);
      if (!view) continue;
      if (before && before.segment === view.segment && before.end === view.start) {
        before.end = view.end;
        continue;
      }
      if (before) this.#handOver(run);
      run.views.set(encoder, view);
    }
  }

  #handOver({ to, views }: Run) {
    let encoder: Encoder<Event> | undefined;
    let view: View | undefined;
    for (const id of to) {
      const session = this.#options.sessions.get(id);
      if (!session?.encoder) continue;
      if (session.encoder !== encoder) view = views.get(encoder = session.encoder);
      if (view) session.deliver(view);
    }
    for (const kind of views.keys()) views.set(kind, undefined);
  }

  #encode(encoder: Encoder<Event>, event: Event): View | undefined {
    const bytes = encoder.encode(event, false);
    if (!bytes) return undefined;
    // Each kind of client has an arena of its own, so that its views continue one another.
    let arena = this.#arenas.get(encoder);
    if (!arena) this.#arenas.set(encoder, arena = new Arena());
    return arena.append(bytes);
  }
}

function isTalk(event: Event): boolean {
  return event.type === "message" || event.type === "told";
}

function ignoresOwn(encoder: Encoder<Event>, event: Event): boolean {
  return isTalk(event) && encoder.ignoresOwn === true;
}
