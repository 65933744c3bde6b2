/**
 * Where somebody who has come by HTTP may truly have signed that they are: see chat/proof.ts. Their browser
 * names the place in `Host`, but so does whoever passes on what it signed for another place. Pure.
 */
import type { Visit } from "../server/door.ts";
import { type Headers, hostOf, isAddress, isLocal, nameOf } from "./access.ts";

/**
 * The addresses that count, in small letters. `hosts` are the names by which this server is known; whether the
 * request may be made at all has been looked at before.
 */
export function ownAddresses(
  headers: Headers,
  { visit, hosts }: { visit: Visit; hosts: readonly string[] },
): string[] {
  const { peer, addresses = [], isSecure = false } = visit;
  const host = hostOf(headers).toLowerCase();
  const name = nameOf(host) ?? "";
  // Every machine calls itself so: it is this one only for those who sit at it.
  if (isOfEveryMachine(name)) return isLocal(peer, headers) ? [host] : [];
  if (!isAddress(name)) return hosts.includes(name) ? [host] : [];
  // Anybody may write any address there: it is ours if it is the one that the connection was made to.
  const hasPort = /:\d+$/.test(host.slice(name.length));
  const whole = hasPort ? host : `${host}:${isSecure ? 443 : 80}`;
  return addresses.includes(whole) ? [host] : [];
}

function isOfEveryMachine(name: string): boolean {
  return name === "localhost" || /^(127\.|\[::1\]$)/.test(name);
}
