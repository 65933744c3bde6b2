/** A file system of its own, small enough to be filled up, in the memory of this machine. */
import type { Need } from "./needs.ts";
import { succeeds } from "./needs.ts";

export class SmallDisk implements Disposable {
  readonly path: string;

  constructor(path: string, size: string) {
    Deno.mkdirSync(path);
    this.path = path;
    must("mount", "-t", "tmpfs", "-o", `size=${size},mode=700`, "tmpfs", path);
  }

  file(name: string): string {
    return `${this.path}/${name}`;
  }

  /** Leaves no byte free. */
  fill() {
    using filler = Deno.openSync(this.file("filler"), { write: true, create: true });
    for (let size = 64 * 1024; size > 0; size >>= 1) {
      try {
        for (;;) filler.writeSync(new Uint8Array(size));
      } catch {
        // Less may still fit.
      }
    }
  }

  free() {
    Deno.removeSync(this.file("filler"));
  }

  setReadOnly() {
    must("mount", "-o", "remount,ro", this.path);
  }

  [Symbol.dispose]() {
    must("umount", this.path);
  }
}

/** Tried once, because it needs more than a right on paper. */
export const MOUNT: Need = { isMet: canMount(), otherwise: "cannot mount a tmpfs" };

function canMount(): boolean {
  const path = Deno.makeTempDirSync({ prefix: "chat_mount_" });
  try {
    return succeeds("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", path) &&
      succeeds("umount", path);
  } finally {
    Deno.removeSync(path);
  }
}

function must(command: string, ...args: string[]) {
  if (!succeeds(command, ...args)) throw new Error(`${command} ${args.join(" ")} failed`);
}
