/** All that is answered in HTTP. */
import { pageRoutes } from "./http/pages.ts";
import type { Route } from "./http/route.ts";
import { PAGE_FILES } from "./page_files.ts";

export function routes(): Route[] {
  return pageRoutes(PAGE_FILES);
}
