/** Nobody reads what the program writes any more: that is no error, and no reason to stop serving. */
import { assertEquals } from "@std/assert";
import { NativePeer } from "./native_peer.ts";
import { Home, Program } from "./process.ts";
import { Server } from "./server.ts";

Deno.test("help and version end quietly when nobody reads them", async () => {
  using home = new Home();
  for (const args of ["--help", "--version", "serve --help", "connect --help"]) {
    await using program = new Program(args.split(" "), { home });
    await program.stdout.hangUp();
    const { code, stderr } = await program.ended();
    assertEquals({ code, stderr }, { code: 0, stderr: "" }, args);
  }
});

Deno.test("a server whose log nobody reads goes on serving", async () => {
  await using server = await Server.start();
  await server.stopLogging();
  await using pat = await NativePeer.enter(server.port, "pat");
  await using leslie = await NativePeer.enter(server.port, "leslie");
  await pat.expect({ type: "joined", nick: "leslie" });
  await leslie.say("hi");
  await pat.expect({ type: "message", text: "hi" });
  server.signal("SIGTERM");
  assertEquals((await server.ended()).code, 0);
});
