/** Starts the IRC servers of others, with the configurations in bench/peers. */
import { join } from "@std/path";

export interface Peer {
  name: "inspircd" | "ngircd";
  /** Of the program. */
  path: string;
  port: number;
  /** For its configuration. */
  directory: string;
}

/** Opens as many files as the system allows: unlike Deno, they do not ask for it themselves. */
const WITH_ALL_FILES = ["sh", "-c", 'ulimit -n "$(ulimit -Hn)"; exec "$@"', "sh"];

/** Writes its configuration, and returns the command that starts it. */
export function preparePeer({ name, path, port, directory }: Peer): string[] {
  const template = Deno.readTextFileSync(join("bench", "peers", `${name}.conf`));
  const file = join(directory, `${name}.conf`);
  Deno.writeTextFileSync(file, template.replaceAll("{{PORT}}", `${port}`));
  return [...WITH_ALL_FILES, path, ...flagsOf(name), file];
}

/** In the foreground, and without a word. */
function flagsOf(name: Peer["name"]): string[] {
  if (name === "ngircd") return ["--nodaemon", "--config"];
  // It would rather not run as root, but in a container there is often nobody else.
  const asRoot = Deno.uid() === 0 ? ["--runasroot"] : [];
  return [...asRoot, "--nofork", "--nolog", "--nopid", "--config"];
}
