/**
 * The secret by which a server knows this client again. It is kept in a file, so that a client that is started
 * again finds the place it had. Only one client at a time uses it: a second one makes a secret of its own.
 */
import { join } from "@std/path/join";

export interface TokenOptions {
  /** Where such files are kept; "" for nowhere. */
  directory: string;
  /** The server's address, and the name that somebody wants to have there. */
  server: string;
  nick: string;
}

/** Never throws: where nothing can be kept, the secret lasts as long as the program. */
export async function token({ directory, server, nick }: TokenOptions): Promise<string> {
  const fresh = hex(crypto.getRandomValues(new Uint8Array(16)));
  if (directory === "") return fresh;
  try {
    Deno.mkdirSync(directory, { recursive: true, mode: 0o700 });
    const name = await digest(`${server} ${nick}`);
    const file = Deno.openSync(join(directory, name), {
      read: true,
      write: true,
      create: true,
      mode: 0o600,
    });
    // It stays open, and so locked, for as long as the program runs.
    if (!file.tryLockSync(true)) {
      file.close();
      return fresh;
    }
    const bytes = new Uint8Array(64);
    const kept = new TextDecoder().decode(bytes.subarray(0, file.readSync(bytes) ?? 0));
    if (/^[0-9a-f]{32}$/.test(kept)) return kept;
    file.truncateSync(0);
    file.seekSync(0, Deno.SeekMode.Start);
    file.writeSync(new TextEncoder().encode(fresh));
  } catch {
    // No such directory, no room in it, not permitted.
  }
  return fresh;
}

async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return hex(new Uint8Array(bytes).subarray(0, 16));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
