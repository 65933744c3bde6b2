/** What whoever runs the server asks it: numbers for Prometheus, whether it is well, and what the dashboard shows. */
import type { Metrics } from "../server/metrics.ts";
import type { Recorder } from "../server/recorder.ts";
import type { Server } from "../server/server.ts";
import { dashboardState, SHOWN } from "./dashboard_state.ts";
import { families } from "./metric_families.ts";
import { formatMetrics, METRICS_TYPE } from "./metrics_text.ts";
import { type Answer, json, type Route } from "./route.ts";

export interface OperatorOptions {
  server: Pick<Server, "snapshot" | "recent" | "isLocked" | "isShuttingDown">;
  recorder: Pick<Recorder, "canStore">;
  metrics: Metrics;
  version: string;
  memory(): { rss: number; heapUsed: number };
  /** Milliseconds since 1970. */
  now(): number;
  /** The clock that deadlines go by. */
  monotonic(): number;
}

const NOBODY = { people: 0, rooms: 0, roomsOfEach: 0 };
const FRESH = { "Cache-Control": "no-store" };
/** For so long what was made for one is good for others. */
const STALE_MILLISECONDS = 200;

export function operatorRoutes(options: OperatorOptions): Route[] {
  const { server, now, monotonic } = options;
  return [
    local(
      "/metrics",
      seldom(monotonic, () => ({
        status: 200,
        headers: { ...FRESH, "Content-Type": METRICS_TYPE },
        body: formatMetrics(families(observe(options))),
      })),
    ),
    local("/healthz", () => line(200, "ok")),
    local("/readyz", () => {
      const why = unready(options);
      return why === undefined ? line(200, "ok") : line(503, why);
    }),
    local(
      "/dashboard/state",
      seldom(monotonic, () => {
        const observed = observe(options, SHOWN);
        return json(200, dashboardState(observed, { recent: server.recent, now: now() }), FRESH);
      }),
    ),
  ];
}

/** Why nobody should be sent here; undefined if all is well. */
function unready({ server, recorder }: OperatorOptions): string | undefined {
  if (server.isShuttingDown) return "the server is shutting down";
  return recorder.canStore() ? undefined : "messages cannot be stored";
}

function observe(
  { server, recorder, metrics, version, memory, monotonic }: OperatorOptions,
  limits = NOBODY,
) {
  return {
    version,
    uptimeSeconds: (monotonic() - metrics.startedAt) / 1000,
    canStore: recorder.canStore(),
    metrics,
    snapshot: server.snapshot(limits),
    memory: memory(),
  };
}

/** It looks at every session, so it is made only so often, however many ask. */
function seldom(monotonic: () => number, make: () => Answer): () => Answer {
  let made: Answer | undefined;
  let madeAt = -Infinity;
  return () => {
    if (made === undefined || monotonic() - madeAt >= STALE_MILLISECONDS) {
      madeAt = monotonic();
      made = make();
    }
    return made;
  };
}

function local(path: string, answer: () => Answer): Route {
  return { method: "GET", path, isLocal: true, answer };
}

function line(status: number, text: string): Answer {
  const headers = { ...FRESH, "Content-Type": "text/plain; charset=utf-8" };
  return { status, headers, body: `${text}\n` };
}
