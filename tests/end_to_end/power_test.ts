/**
 * What `durability` promises: with "power", what was said is on the disk, as far as the system can tell, before
 * anybody is told it; with "process" there is no waiting for the disk.
 */
import { assert, assertEquals } from "@std/assert";
import { NativePeer } from "./native_peer.ts";
import { succeeds, testNeeding } from "./needs.ts";
import { Home } from "./process.ts";
import { Server, UNTHROTTLED } from "./server.ts";
import { type Call, traced } from "./traced.ts";

const STRACE = { isMet: succeeds("strace", "-V"), otherwise: "no strace" };
const MESSAGES = 10;

for (const durability of ["power", "process"] as const) {
  const what = durability === "power" ? "is synced before anybody is told it" : "waits for no sync";
  testNeeding(STRACE, `what is said with durability "${durability}" ${what}`, async () => {
    using home = new Home();
    const flags = [...UNTHROTTLED, "--durability", durability];
    await using server = await Server.start({ home, flags });
    await using pat = await NativePeer.enter(server.port, "pat");
    await using leslie = await NativePeer.enter(server.port, "leslie");
    await pat.expect({ type: "joined", nick: "leslie" });
    const calls = await traced({ pid: server.pid, path: home.file("trace") }, async () => {
      for (let i = 0; i < MESSAGES; i++) {
        await pat.say(marker(i));
        for (const peer of [pat, leslie]) await peer.expect({ type: "message", text: marker(i) });
      }
    });
    for (let i = 0; i < MESSAGES; i++) {
      const { written, told } = travels(calls, marker(i));
      const syncs = calls.filter(({ name, target, began, ended }) =>
        /^f(data)?sync$/.test(name) && isLog(target) && began > written && ended < told
      );
      assertEquals(syncs.length > 0, durability === "power", `message ${i}`);
    }
  });
}

/** No two of them are a part of one another. */
function marker(index: number): string {
  return `marker-${index}-`;
}

/** When it had been written to the log, and when somebody was first told it. */
function travels(calls: Call[], text: string): { written: number; told: number } {
  const mentions = calls.filter(({ rest }) => rest.includes(text));
  const written = mentions.find(({ target }) => isLog(target));
  const told = mentions.find(({ target }) => target.startsWith("TCP"));
  assert(written && told, `${text} was not seen being written and told`);
  assert(written.ended < told.began, `${text} was told before it was written`);
  return { written: written.ended, told: told.began };
}

function isLog(target: string): boolean {
  return target.endsWith("/chat.db-wal");
}
