/**
 * Who takes in what is no dialect by itself: HTTP, loaded once the server listens, and TLS, where there is a
 * certificate.
 */
import type { Listener, ServerSettings } from "./config/listeners.ts";
import { EXIT, ProgramError } from "./exit.ts";
import type { Route } from "./http/route.ts";
import type { Certificate, Tls } from "./http/tls.ts";
import type { Web } from "./http/web.ts";
import type { Limits } from "./limits.ts";
import { HTTP, type Reception, TLS } from "./server/door.ts";
import type { Log } from "./server/log.ts";

export interface FrontOptions {
  settings: ServerSettings;
  limits: Limits;
  /** What is answered in HTTP. */
  routes(): Promise<Route[]>;
  log: Log;
  now(): number;
}

type CertificateFiles = Pick<Listener, "tls_cert" | "tls_key">;

const HANDSHAKE_MILLISECONDS = 10_000;

export class Front {
  #options: FrontOptions;
  #web: Promise<Web> | undefined;
  #tls = new Map<Listener, Tls>();

  /** Throws a ProgramError if a certificate cannot be used. */
  static async open(options: FrontOptions): Promise<Front> {
    const front = new Front(options);
    for (const listener of options.settings.listen) {
      if (listener.tls_cert === "" && listener.tls_key === "") continue;
      // Most servers have no certificate, and start faster without the library.
      const { Tls } = await import("./http/tls.ts");
      const { log, now } = options;
      const frameMilliseconds = options.settings.frame_timeout_seconds * 1000;
      const handshakeMilliseconds = Math.min(HANDSHAKE_MILLISECONDS, frameMilliseconds);
      const certificate = readCertificate(listener);
      front.#tls.set(
        listener,
        usable(listener, () => new Tls({ certificate, log, now, handshakeMilliseconds })),
      );
    }
    return front;
  }

  private constructor(options: FrontOptions) {
    this.#options = options;
  }

  /** Loads what speaks HTTP. Undefined if it cannot be, which is a mistake of ours. */
  load(): Promise<Web | undefined> {
    this.#web ??= makeWeb(this.#options);
    return this.#web.catch((error) => {
      this.#options.log("error", "the web cannot be served", { error });
      return undefined;
    });
  }

  /** Who takes in what at this listener. */
  receptions(listener: Listener): ReadonlyMap<string, Reception> {
    const receptions = new Map<string, Reception>();
    const tls = this.#tls.get(listener);
    if (tls) receptions.set(TLS, tls.receive);
    if (listener.web) {
      receptions.set(HTTP, async (connection, visit) => {
        const web = await this.load();
        if (web) await web.receive(connection, visit);
        else connection.close();
      });
    }
    return receptions;
  }

  /** Looks whether any deadline has passed. Called about once a second. */
  async check() {
    for (const tls of this.#tls.values()) tls.check();
    if (this.#web) (await this.load())?.check();
  }

  /**
   * Reads the certificates of these listeners again. Throws a ProgramError if one cannot be used; then all
   * stay as they are.
   */
  renew({ listeners }: Limits) {
    const renewed = this.#options.settings.listen.flatMap((listener, index) => {
      const tls = this.#tls.get(listener);
      if (!tls) return [];
      const files = listeners[index]!.certificate;
      const certificate = readCertificate(files);
      return [[tls, usable(files, () => tls.contextOf(certificate))] as const];
    });
    for (const [tls, context] of renewed) tls.renew(context);
  }

  /** Ends all that is no session, answers first. Returns when all of it is gone. */
  async close(): Promise<void> {
    if (this.#web) await (await this.load())?.close();
  }
}

async function makeWeb({ settings, limits, routes, log, now }: FrontOptions): Promise<Web> {
  const { Web } = await import("./http/web.ts");
  const { web } = limits;
  return new Web({
    routes: await routes(),
    access: web.access,
    isOpen: ({ path }) =>
      path.startsWith("/dashboard") ? web.isDashboardPublic : web.areMetricsPublic,
    maxMessageBytes: settings.max_message_bytes,
    limits: web,
    log,
    now,
  });
}

function readCertificate({ tls_cert, tls_key }: CertificateFiles): Certificate {
  return { cert: readPem("tls_cert", tls_cert), key: readPem("tls_key", tls_key) };
}

function readPem(key: string, path: string): string {
  if (path === "") throw new ProgramError(`${key} is missing`, EXIT.configuration);
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    throw new ProgramError(`${key}: ${path}: ${(error as Error).message}`, EXIT.configuration);
  }
}

function usable<T>({ tls_cert }: CertificateFiles, use: () => T): T {
  try {
    return use();
  } catch (error) {
    const why = (error as Error).message;
    throw new ProgramError(
      `${tls_cert}: this certificate cannot be used: ${why}`,
      EXIT.configuration,
    );
  }
}
