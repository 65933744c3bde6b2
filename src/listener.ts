/** Opens a listening port, or says in one line why it cannot be had. */
import { formatAddress } from "./config/address.ts";
import type { Listener } from "./config/listeners.ts";
import { EXIT, ProgramError } from "./exit.ts";

/** Bursts of connections beyond the system's own default would meet a second of silence. */
const BACKLOG = 4096;

/** Throws a ProgramError. */
export function openListener({ host, port }: Listener): Deno.TcpListener {
  try {
    return Deno.listen({ hostname: host, port, tcpBacklog: BACKLOG });
  } catch (error) {
    const where = `cannot listen on ${formatAddress({ host, port })}`;
    if (error instanceof Deno.errors.AddrInUse) {
      throw new ProgramError(`${where}: something else listens there`, EXIT.cannotCreate);
    }
    if (error instanceof Deno.errors.PermissionDenied) {
      throw new ProgramError(
        `${where}: not permitted; ports below 1024 belong to the system`,
        EXIT.noPermission,
      );
    }
    if (error instanceof Deno.errors.AddrNotAvailable) {
      throw new ProgramError(`${where}: this machine has no such address`, EXIT.configuration);
    }
    throw new ProgramError(`${where}: ${(error as Error).message}`, EXIT.cannotCreate);
  }
}
