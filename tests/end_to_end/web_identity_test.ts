/** Proofs over a WebSocket: what a browser signed for one place is of no use at another. */
import { Key } from "./key.ts";
import { Peer } from "./peer.ts";
import { Server } from "./server.ts";
import { WebPeer } from "./web_peer.ts";

const RELAY = "198.51.100.7:3490";
const FORWARDED = { "X-Forwarded-For": "203.0.113.9" };
const FLAGS = ["--web-hosts", "chat.example", "--public-addresses", "192.0.2.1:3490"];

interface Way {
  what: string;
  /** The page's own host, as the browser has signed it. */
  signed: string;
  /** What whoever passes it on writes as Host. */
  host?: string;
  headers?: Record<string, string>;
  counts: boolean;
}

const WAYS: Way[] = [
  { what: "by the server's name", signed: "chat.example", counts: true },
  {
    what: "by its name, through a proxy",
    signed: "chat.example",
    headers: FORWARDED,
    counts: true,
  },
  { what: "on the same machine", signed: "localhost:8080", counts: true },
  { what: "by an address that it was given", signed: "192.0.2.1:3490", counts: true },
  { what: "at a relay, which says where it was", signed: RELAY, counts: false },
  {
    what: "at a relay, which says another thing",
    signed: RELAY,
    host: "chat.example",
    counts: false,
  },
  {
    what: "on somebody else's machine",
    signed: "localhost:3490",
    headers: FORWARDED,
    counts: false,
  },
];

for (const { what, signed, host = signed, headers = {}, counts } of WAYS) {
  Deno.test(`what was signed ${what} ${counts ? "proves a key" : "proves nothing"}`, async () => {
    await using server = await Server.start({ flags: FLAGS });
    const key = await Key.make();
    await using raw = await Peer.connect(server.port);
    await using peer = await WebPeer.over(raw, { headers: { Host: host, ...headers } });
    if (counts) return await key.prove(peer, signed);
    await peer.send({ type: "identify", key: key.text });
    const { nonce } = await peer.expect({ type: "challenge" });
    const signature = await key.sign({ nonce: nonce as string, address: signed });
    await peer.send({ type: "prove", signature, address: signed });
    await peer.expect({ type: "failed", command: "prove", code: "bad-proof" });
  });
}
