/** What docs/protocols.md says is true: its example of a proof is one, and nothing that is said is missing there. */
import { assert, assertEquals } from "@std/assert";
import { COMMANDS } from "../src/chat/command.ts";
import { EVENTS, FAILURES } from "../src/chat/event.ts";
import { proofText } from "../src/chat/proof.ts";
import { isSigned } from "../src/server/key.ts";

const PROTOCOLS = await Deno.readTextFile(new URL("../docs/protocols.md", import.meta.url));

/** The text under a heading, up to the next one like it. */
function section(heading: string): string {
  const [, text] = PROTOCOLS.split(`\n## ${heading}\n`);
  assert(text !== undefined, heading);
  return text.split("\n## ")[0]!;
}

/** What a field holds in the JSON of an example. */
function field(text: string, name: string): string {
  const [, value] = new RegExp(`"${name}": "([^"]*)"`).exec(text) ?? [];
  assert(value !== undefined, name);
  return value;
}

Deno.test("the example of a proof in docs/protocols.md proves what it says", async () => {
  const text = section("Whose a nick is");
  const [key, nonce, address, signature] = ["key", "nonce", "address", "signature"]
    .map((name) => field(text, name)) as [string, string, string, string];
  const signed = proofText({ key, nonce, address });
  assertEquals(await isSigned(signed, { key, signature }), true);
  assert(text.includes(signed.split("\n").map((line) => `    ${line}\n`).join("")), "the text");
  assert(text.includes(`${new TextEncoder().encode(signed).length} bytes here`), "its length");
});

Deno.test("the secret key in docs/protocols.md is that of its example", async () => {
  const text = section("Whose a nick is");
  const [, secret = ""] = /SECRET = "(\w+)"/.exec(text) ?? [];
  const [key, nonce, address] = ["key", "nonce", "address"].map((name) => field(text, name));
  // An Ed25519 key as PKCS #8 has it (RFC 8410) is these bytes and the secret ones.
  const bytes = Uint8Array.fromHex(`302e020100300506032b657004220420${secret}`);
  const signer = await crypto.subtle.importKey("pkcs8", bytes, "Ed25519", false, ["sign"]);
  const signed = proofText({ key: key!, nonce: nonce!, address: address! });
  const signature = await crypto.subtle.sign("Ed25519", signer, new TextEncoder().encode(signed));
  assertEquals(
    new Uint8Array(signature).toBase64({ alphabet: "base64url", omitPadding: true }),
    field(text, "signature"),
  );
});

Deno.test("docs/protocols.md has every command, every event and every code", () => {
  const text = section("native");
  const { passed: _toldToNobody, ...told } = EVENTS;
  for (const name of [...Object.keys(COMMANDS), ...Object.keys(told)]) {
    assert(text.includes(`\`${name}\``), name);
  }
  const codes = text.slice(text.indexOf("Codes of `failed`"));
  for (const code of Object.keys(FAILURES)) assert(codes.includes(code), code);
});
