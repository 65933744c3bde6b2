/** Ed25519 keys (RFC 8032) as text, and whether something was signed with one. */

const PREFIX = "ed25519:";

/** Whether the signature, in base64url, is of this text and made with this key. Never throws. */
export async function isSigned(
  text: string,
  { key, signature }: { key: string; signature: string },
): Promise<boolean> {
  try {
    const bytes = bytesOf(key.slice(PREFIX.length));
    const imported = await crypto.subtle.importKey("raw", bytes, "Ed25519", false, ["verify"]);
    const signed = new TextEncoder().encode(text);
    return await crypto.subtle.verify("Ed25519", imported, bytesOf(signature), signed);
  } catch {
    // What is no key, or no signature, proves nothing.
    return false;
  }
}

/** Chance, as text. */
export function makeNonce(): string {
  return crypto.getRandomValues(new Uint8Array(32)).toBase64({
    alphabet: "base64url",
    omitPadding: true,
  });
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromBase64(text, { alphabet: "base64url" });
}
