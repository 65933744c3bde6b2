/** Every number that /metrics has, with its name. docs/operating.md explains them. Pure. */
import type { Metrics } from "../server/metrics.ts";
import type { Snapshot } from "../server/snapshot.ts";
import { dialectNames } from "../wire/dialects.ts";
import type { Family, Sample } from "./metrics_text.ts";

export interface Observed {
  version: string;
  uptimeSeconds: number;
  canStore: boolean;
  metrics: Metrics;
  snapshot: Snapshot;
  memory: { rss: number; heapUsed: number };
}

export function families(observed: Observed): Family[] {
  const { version, uptimeSeconds, memory } = observed;
  return [
    gauge("chat_build_info", "Which version this is; always 1.", [{
      labels: { version },
      value: 1,
    }]),
    gauge("chat_uptime_seconds", "Time since the server was started.", uptimeSeconds),
    ...people(observed),
    ...talk(observed),
    ...trouble(observed),
    gauge("chat_resident_memory_bytes", "Memory that the process takes.", memory.rss),
    gauge("chat_heap_bytes", "Memory that the program's own values take.", memory.heapUsed),
    {
      type: "histogram",
      name: "chat_event_loop_delay_seconds",
      help: "How late the event loop came to a timer, ten times a second.",
      histogram: observed.metrics.delays,
    },
  ];
}

function people({ metrics, snapshot }: Observed): Family[] {
  return [
    gauge("chat_members", "People who have a name here.", snapshot.peopleCount),
    gauge("chat_rooms", "Rooms with somebody in them.", snapshot.roomCount),
    gauge(
      "chat_sessions",
      "Conversations, by their protocol; unknown until the first bytes.",
      labelled("dialect", sessionsOf(snapshot)),
    ),
    gauge("chat_connections", "Open connections, browsers' included.", metrics.connectionsOpen),
    counter("chat_connections_total", "Connections taken in.", metrics.connections),
    counter(
      "chat_connections_refused_total",
      "Connections that were not taken in, by reason.",
      labelled("reason", metrics.turnedAway),
    ),
    counter(
      "chat_sessions_ended_total",
      "Conversations that have ended, by reason.",
      labelled("reason", metrics.ended),
    ),
  ];
}

function talk({ metrics, snapshot }: Observed): Family[] {
  return [
    counter("chat_commands_total", "What peers have asked for, of any kind.", metrics.commands),
    counter("chat_messages_total", "Messages said, and stored.", [
      { labels: { to: "room" }, value: metrics.messages },
      { labels: { to: "one" }, value: metrics.directs },
    ]),
    counter(
      "chat_deliveries_total",
      "Messages told, once for each who was to be told.",
      metrics.deliveries,
    ),
    counter(
      "chat_received_bytes_total",
      "Bytes that conversations brought.",
      metrics.receivedBytes,
    ),
    counter("chat_sent_bytes_total", "Bytes that peers have taken.", metrics.sentBytes),
    gauge("chat_queue_bytes", "Bytes that wait for peers to take them.", snapshot.queuedBytes),
    gauge(
      "chat_queue_own_bytes",
      "Those of them that take memory for one peer alone.",
      snapshot.ownQueuedBytes,
    ),
  ];
}

function trouble({ metrics, canStore }: Observed): Family[] {
  return [
    gauge("chat_can_store", "Whether messages can be stored, 1 or 0.", canStore ? 1 : 0),
    {
      type: "histogram",
      name: "chat_commit_seconds",
      help: "Time to store what one turn of the event loop brought.",
      histogram: metrics.commits,
    },
    counter(
      "chat_messages_not_stored_total",
      "Messages refused because they could not be stored.",
      metrics.notStored,
    ),
    counter(
      "chat_refusals_total",
      "Wishes refused, by code.",
      labelled("code", metrics.refused),
    ),
    counter(
      "chat_slow_readers_total",
      "Peers cut because they read too slowly.",
      metrics.ended["slow-reader"],
    ),
  ];
}

/** Those that nobody speaks now are there too: what is missing in a graph is no 0. */
function sessionsOf({ sessions }: Snapshot): Record<string, number> {
  const named = [...sessions].map(([dialect, count]) => [dialect || "unknown", count] as const);
  const none = dialectNames.map((dialect) => [dialect, 0] as const);
  return Object.fromEntries([...none, ["unknown", 0], ...named]);
}

function gauge(name: string, help: string, value: number | readonly Sample[]): Family {
  return { type: "gauge", name, help, samples: samples(value) };
}

function counter(name: string, help: string, value: number | readonly Sample[]): Family {
  return { type: "counter", name, help, samples: samples(value) };
}

function samples(value: number | readonly Sample[]): readonly Sample[] {
  return typeof value === "number" ? [{ value }] : value;
}

function labelled(label: string, counts: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(counts).map(([name, value]) => ({ labels: { [label]: name }, value }));
}
