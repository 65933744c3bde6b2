/** Accepts connections for as long as a listener is open, whatever goes wrong meanwhile. */
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";

export interface AcceptOptions {
  serve(connection: Deno.TcpConn): void;
  log: Log;
  metrics: Pick<Metrics, "turnedAway">;
  sleep(milliseconds: number): Promise<void>;
}

const FIRST_PAUSE = 20;
const LONGEST_PAUSE = 1000;
const { NotConnected, ConnectionReset, ConnectionAborted } = Deno.errors;
const GONE = [NotConnected, ConnectionReset, ConnectionAborted];

/** Returns when the listener is closed. */
export async function accept(
  listener: Pick<Deno.TcpListener, "accept">,
  { serve, log, metrics, sleep }: AcceptOptions,
): Promise<void> {
  let pause = FIRST_PAUSE;
  for (;;) {
    try {
      serve(await listener.accept());
      pause = FIRST_PAUSE;
    } catch (error) {
      // Deno throws these two when the listener itself is closed.
      if (error instanceof Deno.errors.BadResource) return;
      if (error instanceof Deno.errors.Interrupted) return;
      metrics.turnedAway["not-accepted"]++;
      // A peer that was gone before it was accepted must not make the next one wait.
      if (GONE.some((kind) => error instanceof kind)) continue;
      // Anything else passes, such as no file descriptors left. The system goes on saying so at once, and
      // accepting again without a pause would take all of the processor.
      log("warning", "a connection could not be accepted", { error: String(error), pause });
      await sleep(pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    }
  }
}
