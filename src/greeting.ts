/** What the server says at its start to the person who started it. */
import { bold, dim, setColorEnabled } from "@std/fmt/colors";
import { formatAddress } from "./config/address.ts";
import type { ServerSettings } from "./config/listeners.ts";
import { visible } from "./terminal/visible.ts";
import { dialectNamed, dialects } from "./wire/dialects.ts";
import { VERSION } from "./version.ts";

/** How this program is called where it is no binary of its own. */
const CONNECT = Deno.build.standalone ? "chat connect" : "npx -y deno@2.9.6 task connect";

export interface Greeting {
  settings: ServerSettings;
  addresses: Deno.NetAddr[];
  /** The database's. */
  path: string;
}

export function greeting({ settings, addresses, path }: Greeting): string {
  setColorEnabled(Deno.env.get("NO_COLOR") === undefined && Deno.env.get("TERM") !== "dumb");
  const lines = [`${bold(`chat ${VERSION}`)} listens. People join with:`, ""];
  for (const [index, { hostname, port }] of addresses.entries()) {
    const address = formatAddress({ host: reachable(hostname), port });
    const fixed = dialectNamed(settings.listen[index]!.dialect);
    for (const { name, summary } of fixed ? [fixed] : dialects) {
      const line = summary.replace("chat connect", CONNECT)
        .replaceAll("HOST:PORT", address)
        .replaceAll("PORT", String(port))
        .replaceAll("HOST", reachable(hostname));
      lines.push(`  ${name.padEnd(8)} ${line}`);
    }
  }
  const kept = path === ":memory:" ? "nowhere: they end with this run" : visible(path);
  lines.push("", dim(`Messages are kept in ${kept}. Ctrl-C stops the server.`), "");
  return lines.join("\n") + "\n";
}

/** The address that other machines know this one by, if it listens for them. */
function reachable(hostname: string): string {
  if (hostname !== "0.0.0.0" && hostname !== "::") return hostname;
  try {
    const outside = Deno.networkInterfaces().find(({ family, address }) =>
      family === "IPv4" && !address.startsWith("127.") && !address.startsWith("169.254.")
    );
    return outside?.address ?? "localhost";
  } catch {
    // Without the permission to look, or without a network.
    return "localhost";
  }
}
