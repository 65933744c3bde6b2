/**
 * Networks of addresses: "10.0.0.0/8", "::1", "2001:db8::/32". Pure. An IPv4 address is the same address when
 * it is written as an IPv6 one (::ffff:10.0.0.1).
 */

export interface Network {
  /** The address's 128 bits, those beyond the prefix 0. */
  bits: bigint;
  prefix: number;
}

const BITS = 128;
const V4_PREFIX = 96;
const V4_MAPPED = 0xffffn << 32n;

/** Undefined if the text is no network. Without a prefix it is a single address. */
export function parseNetwork(text: string): Network | undefined {
  const [address = "", prefix, ...more] = text.trim().split("/");
  const bits = bitsOf(address);
  if (bits === undefined || more.length > 0) return undefined;
  const widest = address.includes(":") ? BITS : BITS - V4_PREFIX;
  const length = prefix === undefined ? widest : /^\d{1,3}$/.test(prefix) ? Number(prefix) : NaN;
  if (!(length <= widest)) return undefined;
  return networkOf(bits, length + BITS - widest);
}

/** Whether the address lies in one of them. */
export function isWithin(address: string, networks: readonly Network[]): boolean {
  if (networks.length === 0) return false;
  const bits = bitsOf(address);
  return bits !== undefined && networks.some((network) => contains(network, bits));
}

/** Whether an address of these bits lies in the network. */
export function contains(network: Network, bits: bigint): boolean {
  return networkOf(bits, network.prefix).bits === network.bits;
}

/**
 * Whose an address is, as far as limits go: an IPv4 address is one person's or one household's, and so are
 * all IPv6 addresses with the same first 64 bits.
 */
export function householdOf(address: string): string {
  const bits = bitsOf(address);
  if (bits === undefined) return address;
  const isV4 = bits >> 32n === V4_MAPPED >> 32n;
  return isV4 ? `4:${bits & 0xffffffffn}` : `6:${bits >> 64n}`;
}

function networkOf(bits: bigint, prefix: number): Network {
  const rest = BigInt(BITS - prefix);
  return { bits: bits >> rest << rest, prefix };
}

/** An address's 128 bits; undefined if it is none. */
export function bitsOf(address: string): bigint | undefined {
  if (!address.includes(":")) {
    const bits = bitsOfV4(address);
    return bits === undefined ? undefined : V4_MAPPED | bits;
  }
  return bitsOfV6(address.replace(/%.*$/, ""));
}

function bitsOfV4(address: string): bigint | undefined {
  const parts = address.split(".");
  if (parts.length !== 4) return undefined;
  let bits = 0n;
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return undefined;
    bits = bits << 8n | BigInt(part);
  }
  return bits;
}

function bitsOfV6(address: string): bigint | undefined {
  const halves = address.split("::");
  // Only its end may be written as an IPv4 address.
  if (halves.length > 2 || /\..*:/.test(address)) return undefined;
  const [head, tail] = halves.map(groupsOf);
  if (!head || halves.length === 2 && !tail) return undefined;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array<number>(missing).fill(0), ...tail ?? []];
  return groups.reduce((bits, group) => bits << 16n | BigInt(group), 0n);
}

/** Groups of 16 bits with colons between them; the last may be two, written as an IPv4 address. */
function groupsOf(text: string): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    const v4 = index === parts.length - 1 && part.includes(".") ? bitsOfV4(part) : undefined;
    if (v4 !== undefined) groups.push(Number(v4 >> 16n), Number(v4 & 0xffffn));
    else if (/^[\da-f]{1,4}$/i.test(part)) groups.push(parseInt(part, 16));
    else return undefined;
  }
  return groups;
}
