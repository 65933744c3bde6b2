/**
 * Tells many one event: encodes it once for each kind of client present. What it does for each recipient must
 * never wait, and must allocate nothing.
 */
import type { SessionId } from "../chat/effect.ts";
import type { Event } from "../chat/event.ts";
import type { Encoder } from "../wire/dialect.ts";
import { Arena, type View } from "./arena.ts";
import type { Session } from "./session.ts";

export class Teller {
  #sessions: ReadonlyMap<SessionId, Session>;
  #arenas = new WeakMap<Encoder<Event>, Arena>();

  /** `sessions` are those who are told what happens, by their place: a live view. */
  constructor(sessions: ReadonlyMap<SessionId, Session>) {
    this.#sessions = sessions;
  }

  /** `to` is read at once, and never kept. */
  tell(to: Iterable<SessionId>, event: Event, author: SessionId) {
    const views = new Map<Encoder<Event>, View | undefined>();
    let encoder: Encoder<Event> | undefined;
    let view: View | undefined;
    const isSaid = event.type === "message" || event.type === "told";
    for (const id of to) {
      const session = this.#sessions.get(id);
      if (!session?.encoder) continue;
      if (id === author && !(isSaid && session.encoder.ignoresOwn)) {
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
