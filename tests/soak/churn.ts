/** People who come by any wire, talk, change their names and rooms, look back, and go in any way there is. */
import { Peer } from "../end_to_end/peer.ts";
import type { Random } from "../end_to_end/random.ts";
import { nativePacket } from "../end_to_end/native_peer.ts";
import { joined, webFrame, WIRES } from "../hostile/wires.ts";

const QUESTIONS = [
  { type: "history", room: "lobby", limit: 50 },
  { type: "search", text: "tea" },
  { type: "seen", nick: "speaker-1" },
  { type: "who" },
  { type: "rooms" },
];

export class Churn {
  visits = 0;
  #port: number;
  #random: Random;
  #isOver = false;
  #running: Promise<unknown>;

  constructor({ port, random, atOnce }: { port: number; random: Random; atOnce: number }) {
    this.#port = port;
    this.#random = random;
    this.#running = Promise.all(Array.from({ length: atOnce }, () => this.#run()));
  }

  async end() {
    this.#isOver = true;
    await this.#running;
  }

  async #run() {
    while (!this.#isOver) {
      // Whatever breaks on the way is what this is about.
      await this.#visit().catch(() => {});
      this.visits++;
      await pause(this.#random(400));
    }
  }

  async #visit() {
    const random = this.#random;
    const wire = WIRES[random(WIRES.length)]!;
    const isDeaf = random(10) === 0;
    await using peer = await (isDeaf ? Peer.connectDeaf : Peer.connect)(this.#port);
    await peer.write(wire.hello(`guest-${random(10_000)}`));
    for (let act = random(12); act > 0 && !this.#isOver; act--) {
      await peer.write(this.#act(wire.name, random));
      await pause(random(300));
    }
    if (random(3) === 0) await peer.write(wire.say("half").subarray(0, 5));
    if (random(3) === 0) await peer.finish();
    if (random(2) === 0) await pause(random(1000));
  }

  #act(name: string, random: Random): Uint8Array {
    const wire = WIRES.find((it) => it.name === name)!;
    const question = QUESTIONS[random(QUESTIONS.length)]!;
    switch (random(5)) {
      case 0:
        return wire.rename?.(`guest-${random(10_000)}`) ?? wire.say("no other name");
      case 1:
        return wire.join?.(`room-${random(60)}`) ?? wire.say("no other room");
      case 2:
        if (name === "native") return nativePacket(question);
        if (name === "web") return webFrame(JSON.stringify(question));
        return wire.say("/history 20");
      default:
        return joined(wire.say(`tea ${random(1000)}`), wire.say("y".repeat(random(2000))));
    }
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
