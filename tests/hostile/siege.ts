/** A real server with bystanders and a witness in the lobby: what each attack is made on. */
import { Bystander, type Expected } from "./bystander.ts";
import type { Measured } from "./bystander_worker.ts";
import { type Json, NativePeer } from "../end_to_end/native_peer.ts";
import { Peer } from "../end_to_end/peer.ts";
import { Server, UNTHROTTLED } from "../end_to_end/server.ts";

export interface Siege extends AsyncDisposable {
  server: Server;
  /** Runs the attack, which the bystanders must not notice: they are there from the first time on. */
  undisturbed(attack: () => Promise<unknown>, expected?: Expected): Promise<Measured>;
  /** Somebody in the lobby, who hears what becomes of it all. */
  witness: NativePeer;
  /** What the witness was told, up to here. */
  told(): Promise<Json[]>;
}

export async function siege(flags: string[] = UNTHROTTLED): Promise<Siege> {
  const stack = new AsyncDisposableStack();
  const server = stack.use(await Server.start({ flags }));
  let bystander: Bystander | undefined;
  const witness = stack.use(await NativePeer.enter(server.port, "witness"));
  return {
    server,
    async undisturbed(attack, expected) {
      bystander ??= stack.use(await Bystander.enter(server));
      return await bystander.undisturbed(attack, expected);
    },
    witness,
    told: () => toldTo(witness),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

let asked = 0;

/** Everything that a peer is told before the answer to its ping. */
export async function toldTo(peer: NativePeer): Promise<Json[]> {
  const token = `up to here ${++asked}`;
  await peer.send({ type: "ping", token });
  const told: Json[] = [];
  for (;;) {
    const event = await peer.next();
    if (event?.type === "pong" && event.token === token) return told;
    if (!event) throw new Error(`the connection ended after ${JSON.stringify(told)}`);
    told.push(event);
  }
}

/** Writes what there is, though the server may hang up in the middle of it. */
export async function sends(peer: Peer, bytes: Uint8Array) {
  await peer.write(bytes).catch(() => {});
}

/** Says it on a connection of its own, and no more; returns what comes until the server hangs up, at whatever byte. */
export async function saysAll(port: number, bytes: Uint8Array): Promise<Uint8Array> {
  await using peer = await Peer.connect(port);
  await peer.write(bytes).then(() => peer.finish()).catch(() => {});
  return await peer.untilEnd();
}

/** One after the other, so many at once. */
export async function each<T>(
  items: readonly T[],
  atOnce: number,
  act: (item: T, index: number) => Promise<unknown>,
) {
  let next = 0;
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (next < items.length) {
      const index = next++;
      await act(items[index]!, index);
    }
  }));
}

export const utf8 = (text: string) => new TextEncoder().encode(text);
