import { assertEquals } from "@std/assert";
import { loadServer } from "../src/config/listeners.ts";
import { serveOptions } from "../src/config/serve_options.ts";
import { limitsOf } from "../src/limits.ts";
import { startNode } from "../src/node.ts";
import { openHistory } from "../src/store/open.ts";
import { dialectNames } from "../src/wire/dialects.ts";
import { NativePeer } from "./end_to_end/native_peer.ts";

Deno.test("a clock that is set back or forward silences nobody and hangs up on nobody", async () => {
  const flags = { host: "127.0.0.1", port: 0, commands_per_second: 100, burst_commands: 5 };
  const settings = loadServer(serveOptions(dialectNames), { flags });
  const history = openHistory({ path: ":memory:", durability: "process" });
  const node = await startNode({ settings, limits: limitsOf(settings), history, log: () => {} });
  const realNow = Date.now;
  try {
    await using pat = await NativePeer.enter(node.addresses[0]!.port, "pat");
    for (const shift of [-3_600_000, 3_600_000]) {
      Date.now = () => realNow() + shift;
      // More than a burst, so that the pace is asked what time it is.
      const texts = Array.from({ length: 8 }, (_, index) => `${shift} ${index}`);
      for (const text of texts) await pat.say(text);
      for (const text of texts) {
        const { at } = await pat.expect({ type: "message", text });
        assertEquals(Math.abs(Number(at) - Date.now()) < 60_000, true);
      }
    }
  } finally {
    Date.now = realNow;
    await node.shutDown("the test is over");
    history.close();
  }
});
