import { assertEquals, assertThrows } from "@std/assert";
import { Tls } from "../../src/http/tls.ts";
import { EXIT } from "../../src/exit.ts";
import { Home, Program } from "../end_to_end/process.ts";
import { Server } from "../end_to_end/server.ts";
import { ONE, TWO } from "./certificates.ts";

const UNUSABLE = [
  { what: "a key of another certificate", certificate: { ...ONE, key: TWO.key } },
  { what: "a key that is none", certificate: { ...ONE, key: "junk" } },
  { what: "a certificate that is none", certificate: { ...ONE, cert: "junk" } },
  { what: "a certificate in the key's place", certificate: { ...ONE, key: ONE.cert } },
];

function tlsWith(certificate: typeof ONE): Tls {
  return new Tls({ certificate, log: () => {}, now: () => 0, handshakeMilliseconds: 1000 });
}

Deno.test("a certificate and its key can be used, also with the chain that vouches for it", () => {
  tlsWith(ONE).contextOf(TWO);
  tlsWith({ ...ONE, cert: ONE.cert + TWO.cert });
});

for (const { what, certificate } of UNUSABLE) {
  Deno.test(`${what} is found out at once, and not when somebody comes`, () => {
    assertThrows(() => tlsWith(certificate));
    assertThrows(() => tlsWith(ONE).contextOf(certificate));
  });
}

/** The files of a certificate in a home, and the flags that name them. */
function certified(home: Home): string[] {
  writeCertificate(home, ONE);
  return ["--tls-cert", home.file("cert.pem"), "--tls-key", home.file("key.pem")];
}

function writeCertificate(home: Home, { cert, key }: typeof ONE) {
  Deno.writeTextFileSync(home.file("cert.pem"), cert);
  Deno.writeTextFileSync(home.file("key.pem"), key);
}

/** Whether the server shows this certificate: nothing else is trusted. */
async function shows(server: Server, { cert }: typeof ONE): Promise<boolean> {
  try {
    using connection = await Deno.connectTls({
      hostname: "127.0.0.1",
      port: server.port,
      caCerts: [cert],
    });
    await connection.handshake();
    return true;
  } catch {
    return false;
  }
}

Deno.test("SIGHUP brings a new certificate, and one that cannot be used changes nothing", async () => {
  using home = new Home();
  await using server = await Server.start({ home, flags: certified(home) });
  assertEquals([await shows(server, ONE), await shows(server, TWO)], [true, false]);
  writeCertificate(home, TWO);
  server.signal("SIGHUP");
  await server.logged("reloaded");
  assertEquals([await shows(server, ONE), await shows(server, TWO)], [false, true]);
  writeCertificate(home, { ...ONE, key: "junk" });
  server.signal("SIGHUP");
  await server.logged("not reloaded: all stays as it was");
  assertEquals([await shows(server, ONE), await shows(server, TWO)], [false, true]);
});

Deno.test("a server that is started with a certificate it cannot use ends with 78, and says why", async () => {
  using home = new Home();
  const flags = certified(home);
  writeCertificate(home, { ...ONE, key: TWO.key });
  await using program = new Program(["serve", "--port", "0", "--db", ":memory:", ...flags], {
    home,
  });
  const { code, stderr } = await program.ended();
  assertEquals(code, EXIT.configuration);
  assertEquals(
    stderr,
    `chat: ${home.file("cert.pem")}: this certificate cannot be used: ` +
      "the key is another certificate's\n",
  );
});
