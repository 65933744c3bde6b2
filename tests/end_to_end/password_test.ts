/** A server's password, asked of somebody at a terminal, who types it unseen. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { NativePeer } from "./native_peer.ts";
import { testNeeding } from "./needs.ts";
import { Pane, PROMPT, TMUX } from "./pane.ts";
import { Home } from "./process.ts";
import { freePort, Server } from "./server.ts";

const PASSWORD = "open sesame";

function lockedServer(home: Home, port: number): Promise<Server> {
  const config = home.file("server.toml");
  Deno.writeTextFileSync(config, `[server]\npassword = "${PASSWORD}"\n`);
  return Server.start({ home, port, flags: ["--config", config] });
}

/** Whether the terminal shows what is typed, and Enter ends a line. */
async function isAsBefore(pane: Pane): Promise<boolean> {
  await pane.enters("stty -a | tr ' ;' '\\n\\n' | grep -x -e echo -e icanon -e icrnl | wc -l");
  const rows = await pane.shows((rows) =>
    /^\s*\d$/.test(rows.findLast((row) => /\S/.test(row) && !row.startsWith(PROMPT)) ?? "")
  );
  return rows.some((row) => row.trim() === "3");
}

for (const flags of ["", "--plain"]) {
  const how = flags === "" ? "on the full screen" : "in line mode";

  testNeeding(TMUX, `a wrong password may be typed again, and none is seen, ${how}`, async () => {
    using home = new Home();
    const port = freePort();
    await using _server = await lockedServer(home, port);
    await using pane = await Pane.open({ home });
    await pane.enters(`chat connect pat 127.0.0.1 ${port} ${flags}`);
    await pane.shows("the server has a password");
    await pane.enters("open barley");
    await pane.shows("that is not it");
    // Rubbed out and typed again.
    await pane.types(`${PASSWORD}x\x7f`);
    await pane.presses("Enter");
    const rows = await pane.shows("pat has joined the chat");
    assert(!/sesame|barley/.test(rows.join("\n")), rows.join("\n"));
    await using leslie = await NativePeer.connect(port);
    await leslie.send({ type: "hello", nick: "leslie", password: PASSWORD }, {
      type: "join",
      room: "lobby",
    });
    await leslie.expect({ type: "entered" }, { type: "joined" });
    await pane.enters("hello");
    await leslie.expect({ type: "message", nick: "pat", text: "hello" });
    await pane.enters("/q");
    await pane.shows((rows) => rows.findLast((row) => row !== "") === PROMPT);
    assert(await isAsBefore(pane));
  });

  testNeeding(
    TMUX,
    `who gives up when asked for a password has the terminal as before, ${how}`,
    async () => {
      using home = new Home();
      const port = freePort();
      await using _server = await lockedServer(home, port);
      await using pane = await Pane.open({ home });
      await pane.enters(`chat connect pat 127.0.0.1 ${port} ${flags}`);
      await pane.shows("the server has a password");
      await pane.presses("C-c");
      await pane.shows((rows) => rows.findLast((row) => row !== "") === PROMPT);
      assert(await isAsBefore(pane));
    },
  );

  testNeeding(
    TMUX,
    `a password is asked for once, and not again when the server was away, ${how}`,
    async () => {
      using home = new Home();
      const port = freePort();
      await using pane = await Pane.open({ home });
      {
        await using server = await lockedServer(home, port);
        await pane.enters(`chat connect pat 127.0.0.1 ${port} ${flags}`);
        await pane.shows("the server has a password");
        await pane.enters(PASSWORD);
        await pane.shows("pat has joined the chat");
        server.signal("SIGKILL");
        await server.ended();
      }
      await pane.shows("the connection is lost");
      await using _server = await lockedServer(home, port);
      const rows = await pane.shows("connected again");
      assertEquals(rows.join("\n").match(/has a password/g)?.length, 1);
      await pane.enters("still here");
      assertMatch((await pane.shows("pat: still here")).join("\n"), /connected again/);
    },
  );
}
