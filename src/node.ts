/** Puts a server together: settings in, a listening node out. All the wiring of `serve` is here. */
import { accountsOf, Bots } from "./bots.ts";
import { LocalBus } from "./bus/local.ts";
import { formatAddress } from "./config/address.ts";
import type { ServerSettings } from "./config/listeners.ts";
import { Front } from "./front.ts";
import { Followers } from "./http/follow.ts";
import { assign, type Limits, limitsOf } from "./limits.ts";
import { openListener } from "./listener.ts";
import { Door, type DoorOptions } from "./server/door.ts";
import { Flusher } from "./server/flusher.ts";
import { Gate } from "./server/gate.ts";
import { accept } from "./server/listen.ts";
import type { Log } from "./server/log.ts";
import { LoopWatch } from "./server/loop_watch.ts";
import { Metrics } from "./server/metrics.ts";
import { QueueBudget } from "./server/queue_budget.ts";
import { Recorder } from "./server/recorder.ts";
import { Server } from "./server/server.ts";
import { Thinning } from "./server/thinning.ts";
import { TurnedAway } from "./server/turned_away.ts";
import { Turns } from "./server/turns.ts";
import type { History } from "./store/history.ts";

export interface NodeOptions {
  settings: ServerSettings;
  /** What the settings come to. The node assigns to them when it is given others. */
  limits: Limits;
  history: History;
  log: Log;
}

export interface Node {
  /** Where it listens, in the order of the settings. */
  addresses: Deno.NetAddr[];
  /**
   * Goes on with other settings, and reads certificates again. Throws a ProgramError, and goes on as it was,
   * if it cannot.
   */
  reload(settings: ServerSettings): void;
  /** Stops accepting, says goodbye to everybody, and returns when they have it. */
  shutDown(reason: string): Promise<void>;
}

const CHECK_MILLISECONDS = 1000;
const SAMPLE_MILLISECONDS = 100;
const GOODBYE_MILLISECONDS = 5000;

/** Throws a ProgramError if it cannot listen. */
export async function startNode({ settings, limits, history, log }: NodeOptions): Promise<Node> {
  // Deadlines and rates go by a clock that nobody can set; only what is said is dated.
  const now = () => performance.now();
  const metrics = new Metrics({ now: now() });
  const budget = new QueueBudget(limits.budget);
  const turns = new Turns({ now });
  const afterTurn = (run: () => void) => turns.after(run);
  const bus: LocalBus = new LocalBus({ keep: (said) => recorder.keep(said), afterTurn });
  const server: Server = new Server({
    limits: limits.hub,
    bus,
    history,
    places: limits.places,
    log,
    metrics,
    budget,
    now: () => Date.now(),
    monotonic: now,
    replay: limits.replay,
    publicAddresses: limits.publicAddresses,
  });
  const thinning = new Thinning({ history, limits: limits.hub, log });
  server.restore(thinning.begin());
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
  bus.subscribe(thinning);

  const front = await Front.open({
    settings,
    limits,
    log,
    now,
    routes: async () => {
      const { routes } = await import("./routes.ts");
      const watched = { server, recorder, metrics, now: () => Date.now(), monotonic: now };
      return routes({ ...watched, limits: limits.hub, history, bots, followers, log });
    },
  });

  const flusher = new Flusher(now, afterTurn);
  let lastId = 0;
  const nextId = () => ++lastId;
  const around = { server, flusher, budget, log, metrics, now, sleep, nextId };
  const doors: Door[] = [];
  const openDoor = (options: Pick<DoorOptions, "dialect" | "receptions" | "limits" | "isBusy">) => {
    const door = new Door({ ...around, ...options });
    doors.push(door);
    return door;
  };

  // Before anybody else can come in and have their names.
  const bots = new Bots({
    settings: settings.bot,
    door: openDoor({ dialect: "auto", receptions: new Map(), limits: limits.bots.door }),
    wire: limits.bots.door.wire,
    pace: limits.bots.pace,
    entry: limits.bots.entry,
    log,
    now,
  });
  await bots.enter();

  const gate = new Gate({ limits: limits.gate, isBanned: (address) => server.isBanned(address) });
  const turnedAway = new TurnedAway({ log, metrics });
  const listeners = settings.listen.map((listener, index) => {
    const open = openListener(listener);
    const { dialect } = listener;
    const own = limits.listeners[index]!;
    const door = openDoor({ dialect, receptions: front.receptions(listener), limits: own.door });
    const busy = openDoor({ dialect, receptions: new Map(), limits: own.busy, isBusy: true });
    accept(open, { log, metrics, sleep, serve });
    return open;

    async function serve(connection: Deno.TcpConn) {
      const { hostname: host, port } = connection.remoteAddr;
      const peer = formatAddress({ host, port });
      const entry = gate.enter(host, now());
      if (typeof entry === "string") {
        turnedAway.add(entry, peer);
        return connection.close();
      }
      const { isBusy, isTrusted, changes, leave } = entry;
      if (isBusy) turnedAway.add("too-many-from-address", peer);
      try {
        // Each message should leave at once, not wait for the answer to the one before it.
        connection.setNoDelay();
        connection.setKeepAlive();
      } catch {
        // It was reset before it was accepted.
        leave();
        return connection.close();
      }
      const { hostname, port: ownPort } = connection.localAddr as Deno.NetAddr;
      // Who listens on all addresses sees those of IPv4 in the clothes of IPv6; who connects does not.
      const ownHost = hostname.replace(/^::ffff:(?=\d+\.)/i, "");
      const addresses = [formatAddress({ host: ownHost, port: ownPort })];
      metrics.connections++;
      metrics.connectionsOpen++;
      await (isBusy ? busy : door).enter(connection, { peer, addresses, isTrusted, changes });
      metrics.connectionsOpen--;
      leave();
    }
  });
  front.load();

  const watch = new LoopWatch({ metrics, milliseconds: SAMPLE_MILLISECONDS, now });
  const sampling = setInterval(() => watch.sample(), SAMPLE_MILLISECONDS);
  const checking = setInterval(() => {
    metrics.tick();
    server.check();
    front.check();
    bots.check();
    followers.check();
    recorder.tend();
    thinning.check();
    gate.tidy(now());
    turnedAway.check();
  }, CHECK_MILLISECONDS);

  return {
    addresses: listeners.map((listener) => listener.addr),
    reload(settings) {
      const next = limitsOf(settings);
      const accounts = accountsOf(settings.bot);
      front.renew(next);
      bots.renew(accounts);
      assign(limits, next);
      for (const door of doors) door.renew();
    },
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

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
