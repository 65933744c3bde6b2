/**
 * What somebody signs to prove that they have a key: made for one connection to one server, and of no use on
 * any other. Both sides make it, so that neither signs what the other likes. Pure.
 */

export interface Proof {
  /** "ed25519:" and the public key's 32 bytes in base64url. */
  key: string;
  /** Chance of the server's, new for each connection. */
  nonce: string;
  /**
   * Where the signer has connected to, as it sees it: "192.0.2.1:3490", or in a browser the page's own host.
   * A server that passes on somebody else's nonce has another address.
   */
  address: string;
}

export function proofText({ key, nonce, address }: Proof): string {
  return ["chat: I have this key", key, nonce, address].join("\n");
}
