/**
 * A whole server in memory against peers that send anything, break off anywhere and come back, on all wires at
 * once. Nothing they do is a mistake of ours, and two who talk in a room of their own lack nothing.
 */
import { assertEquals } from "@std/assert";
import { ask } from "../../src/chat/command.ts";
import { dialects } from "../../src/wire/dialects.ts";
import { native } from "../../src/wire/native.ts";
import type { Random } from "../end_to_end/random.ts";
import { DEADLINE_MILLISECONDS } from "../end_to_end/watched.ts";
import { Evening, Peer, turn } from "../server/evening.ts";
import { FakeConnection } from "../server/fake_connection.ts";
import { clientTalk } from "./conversations.ts";
import { chunked, mutated } from "./mutation.ts";
import { anyCommand, NAMES, pick, ROOMS } from "./values.ts";

const STEPS = 80;
const PEERS = 8;
const TOKENS = ["a", "b"].map((letter) => letter.repeat(20));
const MISTAKES = ["a session failed", "a fact failed", "a reception failed"];

interface Stranger {
  connection: FakeConnection;
  ended: Promise<void>;
  /** Anybody, or one who speaks our own wire as it is spoken. */
  talk(random: Random): Uint8Array;
}

export class EveningFuzz {
  runs = 0;

  /** One evening; throws what it finds. */
  async batch(random: Random) {
    const keys = await KEYS;
    const evening = new Evening({ hub: { operators: new Set([keys[0]!.text]) } });
    const guests = new Guests(evening, random, keys);
    const [speaker, listener] = [
      await guests.bystander("speaker"),
      await guests.bystander("hearer"),
    ];
    const texts: string[] = [];
    for (let step = 0; step < STEPS; step++) {
      await guests.step();
      if (step % 4 > 0) continue;
      const text = `line ${step}`;
      texts.push(text);
      speaker.says({ type: "say", room: "quiet", text, id: "" });
      // Whoever is silent for minutes is taken for dead, and minutes go by here.
      listener.says({ type: "pong", token: "" });
      await turn();
    }
    await guests.leave();
    await within(speaker.catchesUp());
    await within(listener.catchesUp());
    const heard = listener.heard.filter((it) => it.type === "message" && it.room === "quiet");
    assertEquals(heard.map((it) => it.type === "message" && it.text), texts);
    const mistakes = evening.logged.filter((line) => MISTAKES.some((it) => line.startsWith(it)));
    assertEquals(mistakes, []);
    await restarted(evening);
    evening.history.close();
    this.runs++;
  }
}

/** What was kept can be restored, and read again. */
async function restarted(evening: Evening) {
  const later = new Evening();
  later.server.restore(evening.past.deeds());
  assertEquals(later.logged, []);
  later.history.close();
  await turn();
}

class Guests {
  #evening: Evening;
  #random: Random;
  #keys: Key[];
  #strangers: Stranger[] = [];
  #count = 0;

  constructor(evening: Evening, random: Random, keys: Key[]) {
    this.#evening = evening;
    this.#random = random;
    this.#keys = keys;
  }

  /** Somebody from an address that nobody thinks of. */
  async bystander(nick: string): Promise<Peer> {
    const connection = new FakeConnection();
    const peer = `192.168.7.${++this.#count}:1`;
    const ended = this.#evening.door.enter(connection, { peer });
    const it = new Peer(connection, native, ended);
    it.says(ask("hello", { nick }), ask("join", { room: "quiet" }));
    await within(it.hears((event) => event.type === "joined" && event.nick === nick));
    return it;
  }

  async step() {
    const random = this.#random;
    if (this.#strangers.length < PEERS) return void this.#strangers.push(await this.#stranger());
    const at = random(this.#strangers.length);
    const { connection, talk } = this.#strangers[at]!;
    switch (random(12)) {
      case 0:
        connection.hangsUp();
        break;
      case 1:
        connection.breaks();
        break;
      case 2:
        connection.close();
        break;
      case 3:
        connection.takes = random(2000);
        break;
      case 4:
        this.#evening.pass(random(3) * 4000);
        break;
      default:
        for (const piece of chunked(talk(random), random)) connection.sends(piece);
    }
    if (random(12) < 4) this.#strangers.splice(at, 1);
    if (random(3) === 0) await turn();
  }

  async leave() {
    for (const { connection } of this.#strangers) connection.hangsUp();
    for (let turns = 0; turns < 10; turns++) await turn();
  }

  async #stranger(): Promise<Stranger> {
    const random = this.#random;
    const peer = `10.0.0.${random(4)}:${5000 + ++this.#count}`;
    const connection = new FakeConnection();
    const ended = this.#evening.door.enter(connection, { peer, addresses: [ADDRESS] });
    if (random(3) === 0) {
      const dialect = pick(random, dialects);
      const other = clientTalk(pick(random, dialects), random);
      return {
        connection,
        ended,
        talk: (random) => mutated(clientTalk(dialect, random), random, other),
      };
    }
    const it = new Peer(connection, native, ended);
    if (random(2) === 0) await this.#prove(it, pick(random, this.#keys));
    const token = random(3) === 0 ? pick(random, TOKENS) : "";
    it.says(ask("hello", { nick: pick(random, NAMES), token }));
    it.says(ask("join", { room: pick(random, ROOMS) }));
    await turn();
    return { connection, ended, talk: () => framed(random) };
  }

  async #prove(it: Peer, { text: key, sign }: Key) {
    it.says(ask("identify", { key }));
    const event = await within(it.hears(({ type }) => type === "challenge"));
    if (event.type !== "challenge") return;
    const signature = await sign(["chat: I have this key", key, event.nonce, ADDRESS].join("\n"));
    it.says({ type: "prove", address: ADDRESS, signature });
    await within(it.hears(({ type }) => type === "identified"));
  }
}

/** Whole frames of our own wire. */
function framed(random: Random): Uint8Array {
  const { encoder } = native.client(FRAMING);
  const commands = Array.from({ length: 1 + random(3) }, () => anyCommand(random))
    .filter(({ type }) => type !== "quit" || random(10) === 0);
  const frames = commands.map((it) => encoder.encode(it, true)!);
  return frames.length === 0 ? new Uint8Array(0) : joined(frames);
}

function joined(pieces: Uint8Array[]): Uint8Array {
  return new Uint8Array(pieces.flatMap((piece) => [...piece]));
}

const FRAMING = { maxMessageBytes: 200_000 } as Parameters<typeof native.client>[0];
const ADDRESS = "here:1";

interface Key {
  text: string;
  sign(text: string): Promise<string>;
}

const KEYS: Promise<Key[]> = Promise.all([1, 2, 3].map(makeKey));

async function makeKey(): Promise<Key> {
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  const { publicKey, privateKey } = pair as CryptoKeyPair;
  const raw = await crypto.subtle.exportKey("raw", publicKey);
  return {
    text: `ed25519:${base64url(raw)}`,
    sign: async (text) =>
      base64url(await crypto.subtle.sign("Ed25519", privateKey, new TextEncoder().encode(text))),
  };
}

function base64url(bytes: ArrayBuffer): string {
  return new Uint8Array(bytes).toBase64({ alphabet: "base64url", omitPadding: true });
}

/** Fails instead of waiting for ever. */
async function within<T>(promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const fail = () => late.reject(new Error("the server does not answer"));
  const timer = setTimeout(fail, DEADLINE_MILLISECONDS);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
