import { assertEquals } from "@std/assert";
import { accept } from "../../src/server/listen.ts";
import { Metrics } from "../../src/server/metrics.ts";

Deno.test("accepting goes on after errors, slower and slower, until the listener is closed", async () => {
  const full = () => Promise.reject(new Error("too many open files"));
  const peer = {} as Deno.TcpConn;
  const script = [full, full, full, () => Promise.resolve(peer), full, closed];
  const pauses: number[] = [];
  const served: unknown[] = [];
  const metrics = new Metrics({ now: 0 });
  await accept({ accept: () => script.shift()!() }, {
    serve: (connection) => served.push(connection),
    log: () => {},
    metrics,
    sleep: (milliseconds) => {
      pauses.push(milliseconds);
      return Promise.resolve();
    },
  });
  assertEquals(served, [peer]);
  assertEquals(pauses, [20, 40, 80, 20]);
  assertEquals(metrics.turnedAway["not-accepted"], 4);
});

Deno.test("peers that are gone before they are accepted make nobody wait", async () => {
  const { NotConnected, ConnectionReset, ConnectionAborted } = Deno.errors;
  const gone = [NotConnected, ConnectionReset, ConnectionAborted]
    .map((kind) => () => Promise.reject(new kind("gone")));
  const script = [...gone, closed];
  const pauses: number[] = [];
  const metrics = new Metrics({ now: 0 });
  await accept({ accept: () => script.shift()!() }, {
    serve: () => {},
    log: () => {},
    metrics,
    sleep: (milliseconds) => Promise.resolve(void pauses.push(milliseconds)),
  });
  assertEquals(pauses, []);
  assertEquals(metrics.turnedAway["not-accepted"], 3);
});

function closed(): Promise<never> {
  return Promise.reject(new Deno.errors.BadResource("Listener has been closed"));
}
