/** What the server says at its start to the person who started it. */
import { bold, dim, setColorEnabled } from "@std/fmt/colors";
import { formatAddress } from "./config/address.ts";
import type { Listener, ServerSettings } from "./config/listeners.ts";
import { visible } from "./terminal/visible.ts";
import type { Dialect } from "./wire/dialect.ts";
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

export async function greeting({ settings, addresses, path }: Greeting): Promise<string> {
  setColorEnabled(Deno.env.get("NO_COLOR") === undefined && Deno.env.get("TERM") !== "dumb");
  const lines = [`${bold(`chat ${VERSION}`)} listens. People join with:`, ""];
  for (const [index, { hostname, port }] of addresses.entries()) {
    const listener = settings.listen[index]!;
    for (const dialect of spoken(listener)) {
      const line = invitation(dialect, { host: reachable(hostname), port, listener });
      lines.push(`  ${dialect.name.padEnd(8)} ${line}`);
    }
  }
  const page = addresses
    .map(({ hostname, port }, index) => pageUrl(settings.listen[index]!, reachable(hostname), port))
    .find((url) => url !== undefined);
  if (page) lines.push("", ...await picture(page));
  const kept = path === ":memory:" ? "nowhere: they end with this run" : visible(path);
  lines.push("", dim(`Messages are kept in ${kept}. Ctrl-C stops the server.`), "");
  return lines.join("\n") + "\n";
}

/** What may be spoken there; the page first, as anybody can open it. */
function spoken({ dialect, web }: Listener): Dialect[] {
  const fixed = dialectNamed(dialect);
  if (fixed) return [fixed];
  const served = dialects.filter((it) => web || !it.overHttp);
  return served.toSorted((one, other) => Number(other.overHttp ?? 0) - Number(one.overHttp ?? 0));
}

function invitation(
  { summary, overHttp }: Dialect,
  { host, port, listener }: { host: string; port: number; listener: Listener },
): string {
  const line = overHttp && listener.tls_cert !== "" ? summary.replace("http:", "https:") : summary;
  return line.replace("chat connect", CONNECT)
    .replaceAll("HOST:PORT", formatAddress({ host, port }))
    .replaceAll("PORT", String(port))
    .replaceAll("HOST", host);
}

/** Where phones find the page; undefined where there is none for them. */
function pageUrl(listener: Listener, host: string, port: number): string | undefined {
  const isServed = listener.web && spoken(listener).some((it) => it.overHttp);
  if (!isServed || host === "localhost" || host.startsWith("127.") || host === "::1") {
    return undefined;
  }
  const scheme = listener.tls_cert === "" ? "http" : "https";
  return `${scheme}://${formatAddress({ host, port })}/`;
}

/** A QR code: whoever sees the screen can point a phone at it. */
async function picture(url: string): Promise<string[]> {
  const { renderUnicodeCompact } = await import("uqr");
  return renderUnicodeCompact(url, { border: 1 }).split("\n").map((line) => `  ${line}`);
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
