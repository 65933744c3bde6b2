import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { families } from "../../src/http/metric_families.ts";
import { type Family, formatMetrics } from "../../src/http/metrics_text.ts";
import { Metrics } from "../../src/server/metrics.ts";
import { parseMetrics, valueOf } from "./exposition.ts";

const QUEUED = { queuedBytes: 7, ownQueuedBytes: 5 };
const SNAPSHOT = { peopleCount: 3, roomCount: 2, people: [], rooms: [], ...QUEUED };

function everything(metrics = new Metrics({ now: 0 })): Family[] {
  return families({
    version: "1.2.3",
    uptimeSeconds: 4.5,
    canStore: true,
    metrics,
    snapshot: { ...SNAPSHOT, sessions: new Map([["native", 2], ["", 1]]) },
    memory: { rss: 1e9, heapUsed: 1e8 },
  });
}

Deno.test("numbers are written as Prometheus reads them", () => {
  const text = formatMetrics([
    { type: "gauge", name: "chat_rooms", help: "Rooms.", samples: [{ value: 2 }] },
    {
      type: "counter",
      name: "chat_messages_total",
      help: "Messages.",
      samples: [{ labels: { to: "room" }, value: 5 }, { labels: { to: "one" }, value: 0 }],
    },
    {
      type: "histogram",
      name: "chat_commit_seconds",
      help: "Time.",
      histogram: { bounds: [0.001, 0.5], counts: [3, 0, 1], sum: 2.25 },
    },
  ]);
  assertEquals(
    text,
    `# HELP chat_rooms Rooms.
# TYPE chat_rooms gauge
chat_rooms 2
# HELP chat_messages_total Messages.
# TYPE chat_messages_total counter
chat_messages_total{to="room"} 5
chat_messages_total{to="one"} 0
# HELP chat_commit_seconds Time.
# TYPE chat_commit_seconds histogram
chat_commit_seconds_bucket{le="0.001"} 3
chat_commit_seconds_bucket{le="0.5"} 3
chat_commit_seconds_bucket{le="+Inf"} 4
chat_commit_seconds_sum 2.25
chat_commit_seconds_count 4
`,
  );
});

Deno.test("law: whatever a label or a help says, it is read as it was written", () => {
  const labels = fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.string({ unit: "grapheme" }));
  fc.assert(
    fc.property(labels, fc.string({ minLength: 1 }), fc.double(), (labels, help, value) => {
      const family: Family = {
        type: "gauge",
        name: "it",
        help: `${help}.`,
        samples: [{ labels, value }],
      };
      // A line ends where a line feed is, and nowhere else.
      const lines = formatMetrics([family]).split("\n");
      assertEquals(lines.length, 4);
      const sample = parseMetrics([lines[1], lines[2], ""].join("\n")).samples[0]!;
      assertEquals(sample.labels, { ...labels });
      assertEquals(sample.value, value === 0 ? 0 : value);
    }),
  );
});

Deno.test("law: histograms are cumulative, and their last bucket is their count", () => {
  fc.assert(fc.property(fc.array(fc.nat(), { minLength: 3, maxLength: 3 }), (counts) => {
    const histogram = { bounds: [0.1, 1], counts, sum: 1 };
    const text = formatMetrics([{ type: "histogram", name: "it", help: "It.", histogram }]);
    const all = counts.reduce((sum, count) => sum + count);
    assertEquals(valueOf(parseMetrics(text), "it_count"), all);
  }));
});

Deno.test("all that the server counts is exposed as the format has it, each with its help", () => {
  const metrics = new Metrics({ now: 0 });
  for (const seconds of [0, 0.0003, 0.02, 7]) metrics.commits.observe(seconds);
  metrics.refuse("nick-in-use");
  const exposed = parseMetrics(formatMetrics(everything(metrics)));
  assertEquals([...exposed.help.keys()], [...exposed.types.keys()]);
  for (const name of exposed.types.keys()) assertEquals(/^chat_[a-z_]+$/.test(name), true, name);
  assertEquals(valueOf(exposed, "chat_build_info", { version: "1.2.3" }), 1);
  assertEquals(valueOf(exposed, "chat_sessions", { dialect: "native" }), 2);
  assertEquals(valueOf(exposed, "chat_sessions", { dialect: "unknown" }), 1);
  assertEquals(valueOf(exposed, "chat_sessions", { dialect: "vu" }), 0);
  assertEquals(valueOf(exposed, "chat_refusals_total", { code: "nick-in-use" }), 1);
  assertEquals(valueOf(exposed, "chat_commit_seconds_count"), 4);
  assertEquals(valueOf(exposed, "chat_queue_bytes"), 7);
});

Deno.test("all of it is explained in docs/operating.md, and nothing else is", async () => {
  const manual = await Deno.readTextFile(new URL("../../docs/operating.md", import.meta.url));
  for (const { name, type } of everything()) {
    const row = manual.split("\n").find((line) => line.startsWith(`| \`${name}\``));
    assertStringIncludes(row ?? "", `| ${type} `, name);
  }
  const explained = [...manual.matchAll(/^\| `(chat_\w+)`/gm)].map(([, name]) => name);
  assertEquals(explained.length, everything().length);
});

Deno.test("the reader of these tests refuses what is not the format", () => {
  const head = "# TYPE it gauge\n";
  const wrong = [
    "it 1\n",
    `${head}it 1`,
    `${head}it one\n`,
    `${head}it{a="1} 1\n`,
    `${head}it{a="1",a="2"} 1\n`,
    `${head}it 1\nit 1\n`,
    `${head}${head}it 1\n`,
    "# TYPE it counter\nit 1\n",
    '# TYPE it histogram\nit_bucket{le="+Inf"} 1\nit_sum 1\nit_count 2\n',
    '# TYPE it histogram\nit_bucket{le="1"} 2\nit_bucket{le="+Inf"} 1\nit_sum 1\nit_count 1\n',
    '# TYPE it histogram\nit_bucket{le="1"} 1\nit_sum 1\nit_count 1\n',
  ];
  for (const text of wrong) assertThrows(() => parseMetrics(text));
});
