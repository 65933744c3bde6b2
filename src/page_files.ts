/**
 * What a browser gets that asks for the page or for the dashboard. All of it is part of the program, so that one
 * file is all that is needed to serve them. The scripts are made of the modules in src/web by `deno task page`, and
 * the page's styles of those there.
 */
import type { PageFile } from "./http/pages.ts";
import dashboardCss from "./web/dashboard.css" with { type: "text" };
import dashboardHtml from "./web/dashboard.html" with { type: "text" };
import icon from "./web/icon.svg" with { type: "text" };
import indexHtml from "./web/index.html" with { type: "text" };
import dashboardJs from "./web/made/dashboard.js" with { type: "text" };
import layoutCss from "./web/made/layout.css" with { type: "text" };
import mainJs from "./web/made/main.js" with { type: "text" };
import styleCss from "./web/made/style.css" with { type: "text" };
import talkCss from "./web/made/talk.css" with { type: "text" };

/** `path` is what a browser asks for. */
export const PAGE_FILES: readonly PageFile[] = [
  { path: "/", text: indexHtml },
  { path: "/web/style.css", text: styleCss },
  { path: "/web/talk.css", text: talkCss },
  { path: "/web/layout.css", text: layoutCss },
  { path: "/web/icon.svg", text: icon },
  { path: "/web/main.js", text: mainJs },
  { path: "/dashboard", text: dashboardHtml, isLocal: true },
  { path: "/web/dashboard.css", text: dashboardCss },
  { path: "/web/dashboard.js", text: dashboardJs },
];
