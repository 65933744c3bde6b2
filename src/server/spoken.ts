/** What a connection turns out to be, by its first bytes: a dialect's, or somebody else's to read first. */
import type { Command } from "../chat/command.ts";
import type { Event } from "../chat/event.ts";
import type { Codec } from "../wire/dialect.ts";

export interface Spoken {
  name: string;
  codec: Codec<Command, Event>;
}

/** What opens so is no session yet: somebody else has to read it first. */
export interface Elsewhere {
  elsewhere: string;
}

/** Where a connection belongs, and what has been read of it. */
export interface HandedOver {
  to: string;
  head: Uint8Array;
}
