/** How a client gets its connection: to an address, encrypted or not, within a time. */
import { formatAddress } from "./config/address.ts";
import { EXIT, ProgramError } from "./exit.ts";

export interface Dialled {
  host: string;
  port: number;
  seconds: number;
  tls: boolean;
  /** A file with further certificates that are trusted; "" for none. */
  tls_ca: string;
}

/** Throws a ProgramError if there is no such server, or it is not who it says. */
export async function dial(dialled: Dialled): Promise<Deno.TcpConn | Deno.TlsConn> {
  const { host: hostname, port, seconds, tls } = dialled;
  const address = formatAddress({ host: hostname, port });
  const caCerts = tls ? trusted(dialled) : [];
  const signal = AbortSignal.timeout(seconds * 1000);
  try {
    const connection = await Deno.connect({ hostname, port, signal });
    connection.setNoDelay();
    return tls ? await encrypted(connection, { hostname, caCerts, signal }) : connection;
  } catch (error) {
    throw unreachable(address, reason(error, seconds));
  }
}

export function unreachable(address: string, why: string): ProgramError {
  return new ProgramError(`cannot reach ${address}: ${why}`, EXIT.unreachable);
}

export function tooLate(seconds: number): string {
  return `no answer within ${seconds} seconds`;
}

async function encrypted(
  connection: Deno.TcpConn,
  { hostname, caCerts, signal }: { hostname: string; caCerts: string[]; signal: AbortSignal },
): Promise<Deno.TlsConn> {
  // A server that does not answer is hung up on.
  const hangUp = () => connection.close();
  signal.addEventListener("abort", hangUp);
  try {
    const secure = await Deno.startTls(connection, { hostname, caCerts });
    await secure.handshake();
    return secure;
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener("abort", hangUp);
  }
}

function trusted({ tls_ca }: Dialled): string[] {
  if (tls_ca === "") return [];
  try {
    return [Deno.readTextFileSync(tls_ca)];
  } catch (error) {
    const why = (error as Error).message;
    throw new ProgramError(`tls_ca: ${tls_ca}: ${why}`, EXIT.configuration);
  }
}

function reason(error: unknown, seconds: number): string {
  if (error instanceof Deno.errors.ConnectionRefused) return "no server listens there";
  if (error instanceof DOMException) return tooLate(seconds);
  const message = error instanceof Error ? error.message : String(error);
  if (/certificate/i.test(message)) return `its certificate is not trusted: ${doubt(message)}`;
  if (/corrupt message|tls|handshake|unexpected end of file|eof/i.test(message)) {
    return `it does not speak TLS here (${message})`;
  }
  return /lookup|resolve|name or service/i.test(message) ? "there is no such host" : message;
}

/** What is wrong with certificates, by the names that the library has for it. */
const DOUBTS: readonly (readonly [name: RegExp, words: string])[] = [
  [
    /CaUsedAsEndEntity/,
    "it is one that signs others; openssl makes one for a server with " +
    '-addext "basicConstraints=critical,CA:FALSE"',
  ],
  [/UnknownIssuer/, "nobody whom this computer trusts has signed it; tls_ca may name it"],
  [/NotValidForName/, "it is for another name than the one that was connected to"],
  [/Expired/, "it has expired"],
  [/NotValidYet/, "it is not valid yet: one of the two clocks may be wrong"],
];

function doubt(message: string): string {
  const [, words] = DOUBTS.find(([name]) => name.test(message)) ?? [];
  return words ?? `${message}; tls_ca may name one that is`;
}
