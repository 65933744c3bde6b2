import { assertEquals } from "@std/assert";
import { accept } from "../../src/server/listen.ts";

Deno.test("accepting goes on after errors, slower and slower, until the listener is closed", async () => {
  const full = () => Promise.reject(new Error("too many open files"));
  const peer = {} as Deno.TcpConn;
  const script = [full, full, full, () => Promise.resolve(peer), full, closed];
  const pauses: number[] = [];
  const served: unknown[] = [];
  await accept({ accept: () => script.shift()!() }, {
    serve: (connection) => served.push(connection),
    log: () => {},
    sleep: (milliseconds) => {
      pauses.push(milliseconds);
      return Promise.resolve();
    },
  });
  assertEquals(served, [peer]);
  assertEquals(pauses, [20, 40, 80, 20]);
});

function closed(): Promise<never> {
  return Promise.reject(new Deno.errors.BadResource("Listener has been closed"));
}
