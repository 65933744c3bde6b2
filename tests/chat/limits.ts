import type { Limits } from "../../src/chat/hub.ts";

/** Limits of a small chat, for tests. */
export const LIMITS: Limits = {
  maxTextBytes: 1000,
  maxUsers: 100,
  maxRooms: 20,
  maxRoomsPerUser: 10,
  maxMembersPerRoom: 10_000,
  replayMessages: 50,
  historyMessages: 500,
  claimMilliseconds: 0,
  maxClaims: 100,
  maxClaimsPerKey: 3,
  claimsByItself: false,
  namesGuests: true,
  operators: new Set(),
  // Not one that a stranger could not turn around.
  digest: (text) => `digest of ${text}`,
  password: "",
};
