/** Puts a server together: settings in, a listening node out. All the wiring of `serve` is here. */
import type { Limits } from "./chat/hub.ts";
import { Bots } from "./bots.ts";
import { LocalBus } from "./bus/local.ts";
import { formatAddress } from "./config/address.ts";
import type { Listener, ServerSettings } from "./config/listeners.ts";
import { listed } from "./config/value.ts";
import { EXIT, ProgramError } from "./exit.ts";
import { Front } from "./front.ts";
import { Followers } from "./http/follow.ts";
import { digest } from "./server/digest.ts";
import { Door, type Reception } from "./server/door.ts";
import { Flusher } from "./server/flusher.ts";
import { accept } from "./server/listen.ts";
import type { Log } from "./server/log.ts";
import { LoopWatch } from "./server/loop_watch.ts";
import { Metrics } from "./server/metrics.ts";
import { Recorder } from "./server/recorder.ts";
import { Server } from "./server/server.ts";
import type { SessionLimits } from "./server/session.ts";
import type { History } from "./store/history.ts";

export interface NodeOptions {
  settings: ServerSettings;
  history: History;
  log: Log;
}

export interface Node {
  /** Where it listens, in the order of the settings. */
  addresses: Deno.NetAddr[];
  /** Reads again what can change while it runs. Throws a ProgramError, and goes on as it was, if it cannot. */
  reload(): void;
  /** Stops accepting, says goodbye to everybody, and returns when they have it. */
  shutDown(reason: string): Promise<void>;
}

/** Bursts of connections beyond the system's own default would meet a second of silence. */
const BACKLOG = 4096;
/** Whoever asks for history and does not read it makes us keep so much for them. */
const MAX_REPLAY_BYTES = 512 * 1024;
const CHECK_MILLISECONDS = 1000;
const SAMPLE_MILLISECONDS = 100;
const GOODBYE_MILLISECONDS = 5000;

/** Throws a ProgramError if it cannot listen. */
export async function startNode({ settings, history, log }: NodeOptions): Promise<Node> {
  // Deadlines and rates go by a clock that nobody can set; only what is said is dated.
  const now = () => performance.now();
  const metrics = new Metrics({ now: now() });
  const bus: LocalBus = new LocalBus({ keep: (said) => recorder.keep(said) });
  const server: Server = new Server({
    limits: hubLimits(settings),
    bus,
    history,
    places: { milliseconds: settings.resume_seconds * 1000, max: keptPlaces(settings) },
    log,
    metrics,
    now: () => Date.now(),
    monotonic: now,
    maxReplayBytes: Math.min(MAX_REPLAY_BYTES, settings.max_queue_bytes / 2),
    publicAddresses: listed(settings.public_addresses.toLowerCase()),
  });
  server.restore(history.deeds());
  const recorder: Recorder = new Recorder({
    history,
    ownerOf: (place) => server.ownerOf(place),
    announce: (text) => server.announce(text),
    log,
    metrics,
    now: () => Date.now(),
    monotonic: now,
    sleep,
  });
  const followers = new Followers({ history, log, now });
  bus.subscribe(server);
  bus.subscribe(followers);

  const front = await Front.open({
    settings,
    log,
    now,
    routes: async () => {
      const { routes } = await import("./routes.ts");
      const watched = { server, recorder, metrics, now: () => Date.now(), monotonic: now };
      return routes({ ...watched, settings, history, bots, followers, log });
    },
  });

  const flusher = new Flusher(now);
  let lastId = 0;
  const nextId = () => ++lastId;
  const doorOf = (listener: Listener, receptions: ReadonlyMap<string, Reception>) =>
    new Door({
      server,
      dialect: listener.dialect,
      receptions,
      wire: wireOptions(settings, listener),
      limits: sessionLimits(settings, listener),
      maxUsers: listener.max_users,
      defaultDialect: listener.default_dialect,
      defaultDialectMilliseconds: listener.default_dialect_seconds * 1000,
      flusher,
      log,
      metrics,
      now,
      sleep,
      nextId,
    });

  // Before anybody else can come in and have their names.
  const [first] = settings.listen as [Listener];
  const bots = new Bots({
    settings: settings.bot,
    door: doorOf({ ...first, max_users: settings.max_users }, new Map()),
    wire: wireOptions(settings, first),
    burstCommands: settings.burst_commands,
    commandsPerSecond: settings.commands_per_second,
    log,
    now,
  });
  await bots.enter();

  const listeners = settings.listen.map((listener) => {
    const open = openListener(listener);
    const door = doorOf(listener, front.receptions(listener));
    accept(open, { log, metrics, sleep, serve });
    return open;

    async function serve(connection: Deno.TcpConn) {
      if (metrics.connectionsOpen >= settings.max_connections) {
        metrics.turnedAway["too-many"]++;
        return connection.close();
      }
      try {
        // Each message should leave at once, not wait for the answer to the one before it.
        connection.setNoDelay();
        connection.setKeepAlive();
      } catch {
        // It was reset before it was accepted.
        return connection.close();
      }
      const { hostname: host, port } = connection.remoteAddr;
      const { hostname, port: ownPort } = connection.localAddr as Deno.NetAddr;
      metrics.connections++;
      metrics.connectionsOpen++;
      await door.enter(connection, {
        peer: formatAddress({ host, port }),
        addresses: [formatAddress({ host: hostname, port: ownPort })],
      });
      metrics.connectionsOpen--;
    }
  });
  front.load();

  let known = 0;
  const watch = new LoopWatch({ metrics, milliseconds: SAMPLE_MILLISECONDS, now });
  const sampling = setInterval(() => watch.sample(), SAMPLE_MILLISECONDS);
  const checking = setInterval(() => {
    metrics.tick();
    server.check();
    front.check();
    bots.check();
    followers.check();
    recorder.tend();
    const refused = metrics.turnedAway["too-many"] - known;
    if (refused > 0) log("warning", "connections refused: there are too many", { refused });
    known += refused;
  }, CHECK_MILLISECONDS);

  return {
    addresses: listeners.map((listener) => listener.addr),
    reload: () => front.reload(),
    async shutDown(reason) {
      for (const listener of listeners) listener.close();
      bots.close();
      const answered = Promise.race([front.close(), sleep(GOODBYE_MILLISECONDS)]);
      await server.shutDown({ reason, milliseconds: GOODBYE_MILLISECONDS, sleep });
      await answered;
      clearInterval(checking);
      clearInterval(sampling);
      recorder.stop();
    },
  };
}

/** Those who are gone must leave room for those who come. */
function keptPlaces({ max_kept_places, max_users }: ServerSettings): number {
  return Math.min(max_kept_places, Math.floor(max_users / 2));
}

function openListener({ host, port }: Listener): Deno.TcpListener {
  try {
    return Deno.listen({ hostname: host, port, tcpBacklog: BACKLOG });
  } catch (error) {
    const where = `cannot listen on ${formatAddress({ host, port })}`;
    if (error instanceof Deno.errors.AddrInUse) {
      throw new ProgramError(`${where}: something else listens there`, EXIT.cannotCreate);
    }
    if (error instanceof Deno.errors.PermissionDenied) {
      throw new ProgramError(
        `${where}: not permitted; ports below 1024 belong to the system`,
        EXIT.noPermission,
      );
    }
    if (error instanceof Deno.errors.AddrNotAvailable) {
      throw new ProgramError(`${where}: this machine has no such address`, EXIT.configuration);
    }
    throw new ProgramError(`${where}: ${(error as Error).message}`, EXIT.cannotCreate);
  }
}

/** As long as a name is somebody's who does not come. */
const DAY = 86_400_000;

function hubLimits(settings: ServerSettings): Limits {
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
    replayMessages: settings.replay_messages,
    historyMessages: settings.history_messages,
  };
}

function wireOptions(settings: ServerSettings, listener: Listener) {
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
    burstCommands: settings.burst_commands,
    commandsPerSecond: settings.commands_per_second,
    helloTimeoutMilliseconds: listener.hello_timeout_seconds * 1000,
    frameTimeoutMilliseconds: settings.frame_timeout_seconds * 1000,
    pingMilliseconds: settings.ping_seconds * 1000,
  };
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
