/** Debian's Chromium, which does nothing by itself. */
import { type Browser, chromium } from "playwright-core";

const PROGRAM = "/usr/bin/chromium";
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // A name of somebody else's that leads to this machine.
  "--host-resolver-rules=MAP evil.test 127.0.0.1",
];
/** For tests and pictures that need it. */
export const BROWSER = { isMet: isThere(PROGRAM), otherwise: "no chromium" };

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: PROGRAM, args: FLAGS });
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
