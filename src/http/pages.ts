/** The page's files as a browser takes them: whole, and told when it has them already. */
import { createHash } from "node:crypto";
import type { Route } from "./route.ts";

export interface PageFile {
  /** "/web/app.js". */
  path: string;
  text: string;
  /** Whether it is for this machine only. */
  isLocal?: boolean;
}

const KINDS: Readonly<Record<string, string>> = {
  html: "text/html",
  css: "text/css",
  js: "text/javascript",
  svg: "image/svg+xml",
  json: "application/json",
  webmanifest: "application/manifest+json",
};

export function pageRoutes(files: readonly PageFile[]): Route[] {
  return files.map(({ path, text, isLocal = false }) => {
    const kind = path.endsWith("/") ? "html" : path.slice(path.lastIndexOf(".") + 1);
    // Made when it is first asked for: a server that no browser comes to should not wait for it.
    let made: { body: Uint8Array; tag: string } | undefined;
    return {
      method: "GET",
      path,
      isLocal,
      answer({ headers }) {
        made ??= make(text);
        const { body, tag } = made;
        const isKnown = headers["if-none-match"] === tag;
        return {
          status: isKnown ? 304 : 200,
          headers: {
            "Content-Type": `${KINDS[kind] ?? "text/html"}; charset=utf-8`,
            "Cache-Control": "no-cache",
            ETag: tag,
          },
          body: isKnown ? "" : body,
        };
      },
    };
  });
}

function make(text: string): { body: Uint8Array; tag: string } {
  const body = new TextEncoder().encode(text);
  const tag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 16)}"`;
  return { body, tag };
}
