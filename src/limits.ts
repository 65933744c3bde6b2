/**
 * All that can change while a server runs, made of its settings: objects that its parts hold by reference, so
 * that assigning to them is all that it takes.
 */
import type { Limits as HubLimits } from "./chat/hub.ts";
import { type Network, parseNetwork } from "./chat/network.ts";
import type { Listener, ServerSettings } from "./config/listeners.ts";
import { listed } from "./config/value.ts";
import type { WebLimits } from "./http/web.ts";
import { digest } from "./server/digest.ts";
import type { DoorLimits } from "./server/door.ts";
import type { GateLimits } from "./server/gate.ts";
import type { PlacesOptions } from "./server/places.ts";
import type { BudgetLimits } from "./server/queue_budget.ts";
import type { SessionLimits } from "./server/session.ts";
import type { Pace } from "./server/throttle.ts";
import type { Keep } from "./store/retention.ts";

export interface Limits {
  hub: HubLimits;
  places: PlacesOptions;
  gate: GateLimits;
  budget: BudgetLimits;
  keep: Keep;
  web: FrontLimits;
  replay: { maxBytes: number };
  publicAddresses: { known: readonly string[] };
  log: { format: ServerSettings["log"] };
  bots: { pace: Pace; door: DoorLimits; entry: { password: string } };
  /** In the order of the listeners. */
  listeners: ListenerLimits[];
}

export interface FrontLimits extends WebLimits {
  access: { hosts: readonly string[]; origins: readonly string[] };
  isDashboardPublic: boolean;
  areMetricsPublic: boolean;
}

export interface ListenerLimits {
  door: DoorLimits;
  /** Of those who are one too many from their address. */
  busy: DoorLimits;
  certificate: { tls_cert: string; tls_key: string };
}

/** As long as a name is somebody's who does not come. */
const DAY = 86_400_000;
/** Whoever asks for history and does not read it makes us keep so much for them. */
const MAX_REPLAY_BYTES = 512 * 1024;
const BURST_CHANGES = 5;
/** A class behind one router has as much at once as all of them; one who fills the server has no more. */
const BURST_CHANGES_PER_ADDRESS = 300;
/** ... and for long as much as so many. */
const CHANGES_PER_ADDRESS = 10;
/** Whoever is one too many needs no longer to hear it. */
const BUSY_MILLISECONDS = 5000;

export function limitsOf(settings: ServerSettings): Limits {
  const [first] = settings.listen as [Listener];
  const { burst_commands, commands_per_second } = settings;
  return {
    hub: hubLimits(settings),
    places: { milliseconds: settings.resume_seconds * 1000, max: keptPlaces(settings) },
    gate: gateLimits(settings),
    budget: { maxBytes: settings.max_queue_total_bytes },
    keep: keepOf(settings),
    web: webLimits(settings),
    replay: { maxBytes: Math.min(MAX_REPLAY_BYTES, settings.max_queue_bytes / 2) },
    publicAddresses: { known: listed(settings.public_addresses.toLowerCase()) },
    log: { format: settings.log },
    bots: {
      pace: { burst: burst_commands, perSecond: commands_per_second },
      entry: { password: settings.server_password },
      door: doorLimits(settings, { ...first, max_users: settings.max_users }),
    },
    listeners: settings.listen.map((listener) => ({
      door: doorLimits(settings, listener),
      busy: busyLimits(doorLimits(settings, listener)),
      certificate: { tls_cert: listener.tls_cert, tls_key: listener.tls_key },
    })),
  };
}

/** Makes the one like the other, in place. Both have the same shape. */
export function assign<T extends object>(target: T, source: T) {
  for (const key of Object.keys(source) as (keyof T)[]) {
    const value = source[key];
    const own = target[key];
    if (isObject(value) && isObject(own)) assign(own, value);
    else target[key] = value;
  }
}

/** What has parts of its own that others may hold: not what is a value as a whole. */
function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null &&
    (Object.getPrototypeOf(value) === Object.prototype ||
      Array.isArray(value) && value.some(isPart));
}

function isPart(value: unknown): boolean {
  return typeof value === "object" && value !== null && "door" in value;
}

function hubLimits(settings: ServerSettings): HubLimits {
  const { server_password: password } = settings;
  return {
    password: password === "" ? "" : digest(password),
    claimMilliseconds: settings.claim_days * DAY,
    maxClaims: settings.claim === "off" ? 0 : settings.max_claims,
    maxClaimsPerKey: settings.max_claims_per_key,
    claimsByItself: settings.claim === "auto",
    namesGuests: settings.guests,
    operators: new Set(listed(settings.operators)),
    digest,
    maxTextBytes: settings.max_text_bytes,
    maxUsers: settings.max_users,
    maxRooms: settings.max_rooms,
    maxRoomsPerUser: settings.max_rooms_per_user,
    maxMembersPerRoom: settings.max_members_per_room,
    replayMessages: settings.replay_messages,
    historyMessages: settings.history_messages,
  };
}

/** Those who are gone must leave room for those who come. */
function keptPlaces({ max_kept_places, max_users }: ServerSettings): number {
  return Math.min(max_kept_places, Math.floor(max_users / 2));
}

function gateLimits(settings: ServerSettings): GateLimits {
  return {
    maxConnections: settings.max_connections,
    maxPerAddress: settings.max_connections_per_address,
    pace: {
      burst: settings.burst_connections_per_address,
      perSecond: settings.connections_per_second_per_address,
    },
    changes: {
      burst: BURST_CHANGES_PER_ADDRESS,
      // Where everybody comes from one address, as behind a proxy, there is no such limit either.
      perSecond: settings.connections_per_second_per_address === 0
        ? 0
        : CHANGES_PER_ADDRESS * settings.renames_per_minute / 60,
    },
    trusted: listed(settings.trusted).map(parseNetwork).filter((it): it is Network => !!it),
  };
}

function keepOf({ keep_days, keep_messages, keep_megabytes, room }: ServerSettings): Keep {
  return {
    days: keep_days,
    messages: keep_messages,
    megabytes: keep_megabytes,
    rooms: new Map(
      room.map((it) => [it.name, { days: it.keep_days, messages: it.keep_messages }]),
    ),
  };
}

function webLimits(settings: ServerSettings): FrontLimits {
  return {
    access: {
      hosts: [...ownNames(), ...listed(settings.web_hosts.toLowerCase())],
      origins: listed(settings.web_origins.toLowerCase()),
    },
    isDashboardPublic: settings.dashboard_public,
    areMetricsPublic: settings.metrics_public,
    requestMilliseconds: settings.frame_timeout_seconds * 1000,
    maxQueueMilliseconds: settings.max_queue_seconds * 1000,
  };
}

/** What this machine is called at home; names that somebody else could own are not among them. */
function ownNames(): string[] {
  const names = ["localhost"];
  try {
    const name = Deno.hostname().toLowerCase();
    names.push(name, ...["local", "lan", "home.arpa", "internal"].map((it) => `${name}.${it}`));
  } catch {
    // Without the permission to look.
  }
  return names;
}

function doorLimits(settings: ServerSettings, listener: Listener): DoorLimits {
  return {
    session: sessionLimits(settings, listener),
    wire: wireOptions(settings, listener),
    maxUsers: listener.max_users,
    defaultDialect: listener.default_dialect,
    defaultDialectMilliseconds: listener.default_dialect_seconds * 1000,
  };
}

function busyLimits(limits: DoorLimits): DoorLimits {
  const { session } = limits;
  const helloTimeoutMilliseconds = Math.min(BUSY_MILLISECONDS, session.helloTimeoutMilliseconds);
  return { ...limits, maxUsers: 0, session: { ...session, helloTimeoutMilliseconds } };
}

function wireOptions(settings: ServerSettings, listener: Listener): DoorLimits["wire"] {
  return {
    lobby: settings.lobby,
    maxMessageBytes: settings.max_message_bytes,
    notices: listener.notices,
    slashCommands: listener.slash_commands,
    // Where only that document's clients come, they should see exactly what it has.
    roomTalk: listener.room_talk === "auto"
      ? listener.dialect === "auto"
      : listener.room_talk === "on",
    ascii: listener.ascii,
    paceMilliseconds: listener.pace_milliseconds,
    extensions: false,
  };
}

function sessionLimits(settings: ServerSettings, listener: Listener): SessionLimits {
  return {
    maxQueueBytes: settings.max_queue_bytes,
    maxQueueMilliseconds: settings.max_queue_seconds * 1000,
    pace: { burst: settings.burst_commands, perSecond: settings.commands_per_second },
    changes: { burst: BURST_CHANGES, perSecond: settings.renames_per_minute / 60 },
    helloTimeoutMilliseconds: listener.hello_timeout_seconds * 1000,
    frameTimeoutMilliseconds: settings.frame_timeout_seconds * 1000,
    pingMilliseconds: settings.ping_seconds * 1000,
  };
}
