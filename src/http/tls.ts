/** TLS: what comes in encrypted goes back to the door as what it is inside, over the same limits. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";
import type { Reception } from "../server/door.ts";
import type { Log } from "../server/log.ts";
import { connectionOf, ConnectionStream, ended } from "./stream.ts";

export interface TlsOptions {
  certificate: Certificate;
  log: Log;
  now(): number;
  handshakeMilliseconds: number;
}

export interface Certificate {
  /** In PEM; the certificate with the chain that vouches for it. */
  cert: string;
  key: string;
}

export class Tls {
  #options: TlsOptions;
  #context: SecureContext;
  /** Those who have not shaken hands yet, and since when. */
  #greeting = new Map<TLSSocket, number>();

  /** Throws if the certificate and the key cannot be used. */
  constructor(options: TlsOptions) {
    this.#options = options;
    this.#context = this.contextOf(options.certificate);
  }

  /** What shows this certificate. Throws if it cannot be used. */
  contextOf(certificate: Certificate): SecureContext {
    check(certificate);
    return createSecureContext(certificate);
  }

  /** From now on another certificate is shown. */
  renew(context: SecureContext) {
    this.#context = context;
  }

  /** Serves a connection to its end. Never rejects. */
  receive: Reception = async (connection, { head, door, ...visit }) => {
    const { now, log } = this.#options;
    const stream = new ConnectionStream(connection, { head, now });
    const secure = new TLSSocket(stream, { isServer: true, secureContext: this.#context });
    this.#greeting.set(secure, now());
    // Whoever hangs up in the middle of it will not go on.
    stream.once("end", () => this.#greeting.has(secure) && secure.destroy());
    const end = ended(secure);
    secure.once(
      "error",
      (error) => log("info", "TLS failed", { peer: visit.peer, error: String(error) }),
    );
    await Promise.race([new Promise<void>((resolve) => secure.once("secure", resolve)), end]);
    this.#greeting.delete(secure);
    if (!secure.destroyed) {
      await door.enter(connectionOf(secure), { ...visit, isSecure: true });
    }
    secure.destroy();
    stream.destroy();
  };

  /** Looks whether any handshake takes too long. Called about once a second. */
  check() {
    const { now, handshakeMilliseconds } = this.#options;
    for (const [secure, since] of this.#greeting) {
      if (now() - since > handshakeMilliseconds) secure.destroy();
    }
  }
}

/** Without it, what is wrong with them would be found out only when somebody shakes hands. */
function check({ cert, key }: Certificate) {
  const certificate = read("the certificate is none in PEM", () => new X509Certificate(cert));
  const privateKey = read(
    "the key is none in PEM, or needs a passphrase",
    () => createPrivateKey(key),
  );
  if (!certificate.checkPrivateKey(privateKey)) throw new Error("the key is another certificate's");
  const { validTo } = certificate;
  if (Date.parse(validTo) < Date.now()) throw new Error(`it has expired: ${validTo}`);
}

function read<T>(otherwise: string, read: () => T): T {
  try {
    return read();
  } catch {
    throw new Error(otherwise);
  }
}
