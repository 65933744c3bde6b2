/** What can be set of the chat, and what is known of the moment when somebody asks for something. */
import type { ClaimLimits } from "./claims.ts";
import type { ModerationLimits } from "./moderation.ts";
import type { OwnershipLimits } from "./ownership.ts";
import type { PastLimits } from "./past.ts";

/** They may change while the hub is used. */
export interface Limits extends PastLimits, ClaimLimits, OwnershipLimits, ModerationLimits {
  /** The digest of what everybody has to know who comes; "" if there is nothing to know. */
  password: string;
  maxTextBytes: number;
  maxUsers: number;
  maxRooms: number;
  maxRoomsPerUser: number;
  maxMembersPerRoom: number;
}

/** When and from where a command comes. */
export interface Moment {
  /** Milliseconds since 1970. */
  now: number;
  /** The connection's address, "127.0.0.1:57354". */
  peer: string;
  /** The key that was proved on this connection; "" if none was. */
  key: string;
  /** Whether its wire has words for proving one. */
  canProve: boolean;
}
