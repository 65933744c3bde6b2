/** Ids that no two messages share: UUIDs of version 7 (RFC 9562), which sort by the time they were made at. */

/** `now` in milliseconds since 1970; of the 16 random bytes the last ten are used. */
export function uuid(now: number, random: Uint8Array): string {
  const bytes = Uint8Array.from(random);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(now) << 16n);
  bytes.set(random.subarray(6, 8), 6);
  bytes[6] = bytes[6]! & 0x0f | 0x70;
  bytes[8] = bytes[8]! & 0x3f | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Another id of the same making, for one of several things that are made at once. */
export function nth(id: string, index: number): string {
  if (index === 0 || id.length !== 36) return id;
  const last = (parseInt(id.slice(-6), 16) + index) % 0x1000000;
  return id.slice(0, -6) + last.toString(16).padStart(6, "0");
}
