/** Finds or makes the programs that are measured beside our own. */
import { join } from "@std/path";
import { compileC } from "./compiler.ts";
import type { Program, Variant } from "./scenarios/scenario.ts";

/** The paths of those that there are. */
export type Programs = Partial<Record<Exclude<Program, "chat" | "reference"> | "undelay", string>>;

/** Where servers are that users need not find. */
const FURTHER_FOLDERS = ["/usr/sbin", "/usr/local/sbin"];

/** Throws an Error if one of ours does not compile. */
export async function findPrograms(directory: string, signal: AbortSignal): Promise<Programs> {
  const programs: Programs = peerPaths();
  const limit = join(directory, "limit");
  if (
    isFile("bench/limit.c") &&
    await compileC({ sources: ["bench/limit.c"], program: limit, signal })
  ) {
    programs.limit = limit;
  }
  const undelay = join(directory, "undelay.so");
  const shared = { sources: ["bench/peers/undelay.c"], flags: ["-shared", "-fPIC"] };
  if (await compileC({ ...shared, program: undelay, signal })) programs.undelay = undelay;
  return programs;
}

/** Of the IRC servers that are installed. */
export function peerPaths(): Programs {
  const programs: Programs = {};
  for (const name of ["inspircd", "ngircd"] as const) {
    const path = find(name);
    if (path !== undefined) programs[name] = path;
  }
  return programs;
}

/** What is missing to run it, if anything is. */
export function missingFor(
  { program, isUndelayed }: Variant,
  programs: Programs,
): string | undefined {
  if (program === "chat" || program === "reference") return undefined;
  if (programs[program] === undefined) return program;
  return isUndelayed && programs.undelay === undefined ? "C compiler" : undefined;
}

function find(name: string): string | undefined {
  const folders = [...(Deno.env.get("PATH") ?? "").split(":"), ...FURTHER_FOLDERS];
  return folders.filter((it) => it !== "").map((it) => join(it, name)).find(isFile);
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
