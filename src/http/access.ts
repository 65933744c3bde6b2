/**
 * Who may ask: a browser speaks for any page that it shows, so what it says about where it is and who sent
 * it decides. Pure.
 */

export interface Headers {
  readonly [name: string]: string | string[] | undefined;
}

/** They may change. */
export interface AccessOptions {
  /** Names by which this server is known, beside its addresses: small letters, no port. */
  hosts: readonly string[];
  /** Other sites whose pages may connect: "https://example.org". */
  origins: readonly string[];
}

/**
 * Why the request is refused; undefined if it is not. A foreign page can have a name of its own lead to this
 * server's address (DNS rebinding), so names must be known; an address is what it is.
 */
export function refusal(headers: Headers, options: AccessOptions): string | undefined {
  const host = nameOf(hostOf(headers));
  if (host === undefined) return "the Host header names no host";
  if (!isAddress(host) && !options.hosts.includes(host)) {
    return "this server does not know itself by that name: see web_hosts in server.toml";
  }
  const origin = headers.origin;
  if (
    origin !== undefined && !isOwn(text(origin), headers) && !options.origins.includes(text(origin))
  ) {
    return "pages of other sites may not ask: see web_origins in server.toml";
  }
  const site = text(headers["sec-fetch-site"]);
  const isNavigation = text(headers["sec-fetch-mode"]) === "navigate";
  if (site === "cross-site" && origin === undefined && !isNavigation) {
    return "pages of other sites may not ask";
  }
  return undefined;
}

/** Whether the peer is on this machine, and speaks for nobody else. */
export function isLocal(peer: string, headers: Headers): boolean {
  if (["forwarded", "x-forwarded-for", "x-real-ip", "via"].some((it) => it in headers)) {
    return false;
  }
  return /^(127\.|\[::1\]|\[::ffff:127\.)/.test(peer);
}

function isOwn(origin: string, headers: Headers): boolean {
  const [, authority] = /^https?:\/\/([^/]+)$/.exec(origin) ?? [];
  return authority !== undefined && authority.toLowerCase() === hostOf(headers).toLowerCase();
}

/** The Host header, "" for none. */
export function hostOf({ host }: Headers): string {
  return text(host);
}

/** A Host header's name, without its port; undefined if there is none. */
export function nameOf(host: string): string | undefined {
  const [, name] = /^(\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i.exec(host) ?? [];
  return name?.toLowerCase().replace(/\.$/, "");
}

export function isAddress(name: string): boolean {
  return name.startsWith("[") || /^\d{1,3}(\.\d{1,3}){3}$/.test(name);
}

function text(header: string | string[] | undefined): string {
  return typeof header === "string" ? header : header?.join(", ") ?? "";
}
