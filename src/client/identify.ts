/**
 * Proves on a new connection who one is, before anything else is said: by that one's name is one's own. Nothing
 * is signed but the answer to what was asked here, for the key and the address that one knows oneself.
 */
import { ask } from "../chat/command.ts";
import type { Event } from "../chat/event.ts";
import { proofText } from "../chat/proof.ts";
import type { Link } from "./link.ts";

export interface Identity {
  /** The public key, "ed25519:...". */
  key: string;
  /** The signature of a text, in base64url. */
  sign(text: string): Promise<string>;
}

type Challenge = Extract<Event, { type: "challenge" }>;
type Answer = Challenge | Extract<Event, { type: "failed" }>;

/**
 * Resolves when the proof is on its way; what the server thinks of it comes as an event. `address` is the
 * server's, as one sees it oneself: "192.0.2.1:3490". To a server that knows no keys there is no proof.
 */
export async function identify(
  link: Pick<Link, "send" | "answer">,
  { identity: { key, sign }, address }: { identity: Identity; address: string },
): Promise<void> {
  await link.send(ask("identify", { key }));
  const answer = await link.answer(isAnswer);
  if (answer?.type !== "challenge" || answer.key !== key) return;
  const signature = await sign(proofText({ key, nonce: answer.nonce, address }));
  await link.send(ask("prove", { signature, address }));
}

function isAnswer(event: Event): event is Answer {
  if (event.type === "challenge") return true;
  // Who does not know the command cannot name it either.
  return event.type === "failed" && (event.command === "identify" || event.command === "");
}
