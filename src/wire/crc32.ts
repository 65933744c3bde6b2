/** CRC-32 as Ethernet, gzip and PNG have it: polynomial 0xEDB88320 (reflected), all ones before and after. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? sum >>> 1 ^ 0xedb88320 : sum >>> 1;
  return sum;
});

/** From 0 to 2^32 - 1; crc32 of the ASCII digits "123456789" is 0xCBF43926. */
export function crc32(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) sum = sum >>> 8 ^ TABLE[(sum ^ bytes[i]!) & 0xff]!;
  return ~sum >>> 0;
}
