/** All that is answered in HTTP. */
import type { Bots } from "./bots.ts";
import type { Limits } from "./chat/hub.ts";
import { type ApiOptions, apiRoutes } from "./http/api.ts";
import { type OperatorOptions, operatorRoutes } from "./http/operator.ts";
import { pageRoutes } from "./http/pages.ts";
import type { Route } from "./http/route.ts";
import { PAGE_FILES } from "./page_files.ts";
import { VERSION } from "./version.ts";

export interface RouteOptions extends Omit<OperatorOptions, "version" | "memory"> {
  /** They may change. */
  limits: Limits;
  history: ApiOptions["history"];
  bots: Bots;
  followers: ApiOptions["followers"];
  log: ApiOptions["log"];
}

/** The most bytes of history that one answer to a script brings; more of it is asked for again. */
const MAX_PAGE_BYTES = 512 * 1024;

export function routes(options: RouteOptions): Route[] {
  return [
    ...operatorRoutes({ ...options, version: VERSION, memory: Deno.memoryUsage }),
    ...apiRoutes(apiOptions(options)),
    ...pageRoutes(PAGE_FILES),
  ];
}

function apiOptions(
  { server, limits, history, bots, followers, log }: RouteOptions,
): ApiOptions {
  return {
    bearers: bots.bearers,
    bots: bots.byNick,
    history,
    followers,
    isLocked: (room) => server.isLocked(room),
    limits,
    maxPageBytes: MAX_PAGE_BYTES,
    version: VERSION,
    newId: () => crypto.randomUUID(),
    log,
  };
}
