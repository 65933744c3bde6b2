/** The dashboard's files, beside those that it shares with the page. */
import type { PageFile } from "./http/pages.ts";
import dashboardHtml from "./web/dashboard.html" with { type: "text" };
import webDashboardCss from "./web/dashboard.css" with { type: "text" };
import webDashboardJs from "./web/dashboard.js" with { type: "text" };
import webKeyedJs from "./web/keyed.js" with { type: "text" };
import webMeasuresJs from "./web/measures.js" with { type: "text" };

/** `path` is what a browser asks for. */
export const DASHBOARD_FILES: readonly PageFile[] = [
  { path: "/dashboard", text: dashboardHtml, isLocal: true },
  { path: "/web/dashboard.css", text: webDashboardCss },
  { path: "/web/dashboard.js", text: webDashboardJs },
  { path: "/web/keyed.js", text: webKeyedJs },
  { path: "/web/measures.js", text: webMeasuresJs },
];
