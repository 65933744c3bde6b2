/**
 * Addresses as people write them: host and port, either of which may be left out.
 */

/** Where to listen or to connect. An IPv6 host stands without brackets. */
export interface Address {
  host: string;
  port: number;
}

const MAX_PORT = 65535;

/** `[v6]` or `[v6]:port`; `host:port` or `:port`. */
const BRACKETED = /^\[([^\]]*)\](?::(.*))?$/s;
const HOST_AND_PORT = /^([^:]*):([^:]*)$/s;

/**
 * Reads "host:port", "host", ":port", "port", "[v6]:port", "[v6]" or "v6"; what is left out comes
 * from the defaults. Digits alone are a port, as no host has such a name. Undefined: not an address.
 */
export function parseAddress(text: string, defaults: Address): Address | undefined {
  const [, inBrackets, portAfterBrackets] = BRACKETED.exec(text) ?? [];
  if (inBrackets !== undefined) {
    return isIpv6(inBrackets) ? address(inBrackets, portAfterBrackets, defaults) : undefined;
  }
  if (isIpv6(text)) return address(text, undefined, defaults);
  if (/^\d+$/.test(text)) return address(defaults.host, text, defaults);
  const [, host = text, port] = HOST_AND_PORT.exec(text) ?? [];
  if (host === "") return port === undefined ? undefined : address(defaults.host, port, defaults);
  return isHost(host) ? address(host, port, defaults) : undefined;
}

/** The address as parseAddress reads it. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function address(host: string, port: string | undefined, defaults: Address): Address | undefined {
  if (port === undefined) return { host, port: defaults.port };
  const isPort = /^\d{1,5}$/.test(port) && Number(port) <= MAX_PORT;
  return isPort ? { host, port: Number(port) } : undefined;
}

/** A zone, such as the "%eth0" of a link's own address, is the system's business to check. */
function isIpv6(host: string): boolean {
  const withoutZone = host.replace(/%[\w.-]+$/, "");
  return /^[\da-f:.]+$/i.test(withoutZone) && withoutZone.includes(":") &&
    URL.canParse(`http://[${withoutZone}]`);
}

/** Whether it could name a host: the resolver knows better, but it gets no URL and no spaces. */
function isHost(host: string): boolean {
  return !/[\s\p{C}:/@?#%[\]\\]/u.test(host);
}
