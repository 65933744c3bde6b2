/** A directory that lives as long as a benchmark: nothing of it, and no process, stays behind. */
import { killAll } from "./children.ts";

/** Removes the directory, and whatever process still runs, however the benchmark ends. */
export async function withDirectory(
  use: (directory: string) => Promise<number>,
): Promise<number> {
  const directory = await Deno.makeTempDir({ prefix: "chat-bench-" });
  let cleaning: Promise<void> | undefined;
  const cleanUp = async () => {
    await killAll();
    await Deno.remove(directory, { recursive: true });
  };
  const end = async () => {
    await (cleaning ??= cleanUp());
    Deno.exit(130);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(signal, end);
  }
  try {
    return await use(directory);
  } catch (error) {
    // What ends at a signal fails for want of its processes, which is no news.
    if (cleaning) return await end();
    throw error;
  } finally {
    await (cleaning ??= cleanUp());
  }
}
