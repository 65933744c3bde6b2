/** Compiles the benchmark's C with whatever compiler there is. */
import { run } from "./children.ts";

const COMPILERS = ["cc", "gcc", "clang"];

/** False if there is no C compiler. Throws an Error if it does not compile. */
export async function compileC({ sources, flags = [], program, signal }: {
  sources: readonly string[];
  flags?: readonly string[];
  /** The path of what comes of it. */
  program: string;
  signal: AbortSignal;
}): Promise<boolean> {
  for (const compiler of COMPILERS) {
    try {
      const command = [compiler, "-O2", ...flags, "-o", program, ...sources];
      const { code, complaints } = await run(command, signal);
      if (code === 0) return true;
      throw new Error(`${compiler} could not compile ${sources.join(", ")}: ${complaints}`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return false;
}
