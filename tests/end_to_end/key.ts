/**
 * A key, and the proof that one has it: written from docs/protocols.md ("Whose a nick is"), and not from the
 * code.
 */
import type { EventPeer } from "./event_peer.ts";

export class Key {
  /** "ed25519:" and the public key in base64url. */
  readonly text: string;
  #private: CryptoKey;

  private constructor(text: string, key: CryptoKey) {
    this.text = text;
    this.#private = key;
  }

  static async make(): Promise<Key> {
    const { publicKey, privateKey } = await crypto.subtle.generateKey("Ed25519", true, [
      "sign",
      "verify",
    ]) as CryptoKeyPair;
    const bytes = new Uint8Array(await crypto.subtle.exportKey("raw", publicKey));
    return new Key(`ed25519:${base64url(bytes)}`, privateKey);
  }

  async sign({ nonce, address }: { nonce: string; address: string }): Promise<string> {
    const text = `chat: I have this key\n${this.text}\n${nonce}\n${address}`;
    const bytes = new TextEncoder().encode(text);
    return base64url(new Uint8Array(await crypto.subtle.sign("Ed25519", this.#private, bytes)));
  }

  /** Identifies somebody who has connected to that address and has not said hello. */
  async prove(peer: EventPeer, address: string) {
    await peer.send({ type: "identify", key: this.text });
    const { nonce } = await peer.expect({ type: "challenge", key: this.text });
    const signature = await this.sign({ nonce: nonce as string, address });
    await peer.send({ type: "prove", signature, address });
    await peer.expect({ type: "identified", key: this.text });
  }
}

function base64url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}
