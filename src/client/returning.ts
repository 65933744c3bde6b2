/**
 * Makes of any screen one that comes back when its connection is lost, on wires where that is possible: what
 * is said meanwhile waits, what was missed is caught up with, and the screen itself notices nothing.
 */
import { ask, type Command } from "../chat/command.ts";
import type { Event } from "../chat/event.ts";
import { roomName } from "../chat/names.ts";
import { explain } from "../chat/words.ts";
import { backOff } from "./back_off.ts";
import { askAgain, go, greet, hear, leave, logIn, type Memory, remember, say } from "./memory.ts";
import { nth } from "./uuid.ts";
import {
  type Action,
  type App,
  type Input,
  remark,
  send,
  type Start,
  type Status,
} from "./person.ts";

export interface Model<Inner> {
  inner: Inner;
  memory: Memory;
  /** Whether what is said can be sent: from the start, and then whenever the server has let us in again. */
  isIn: boolean;
  /** Whether there is somebody who can be asked for a password, and whether they are being asked. */
  canAsk: boolean;
  isAsking: boolean;
  /** Whether it was said that the server does not take our proof. */
  isUnproved: boolean;
  /** The server has said that there is no use in coming back. */
  isFinal: boolean;
  /** What is left to say is only this. */
  goodbye: Command | undefined;
  /** Since when there has been no connection that lasted. */
  lostAt: number;
  attempts: number;
  /** When there was a connection again. */
  connectedAt: number;
  /** How long it is until the next try; 0 while there is one. */
  retryMilliseconds: number;
  reconnectMilliseconds: number;
}

type Step<Inner> = [model: Model<Inner>, actions: Action[]];

/** So much may have been said and not come back before no more is read of what somebody types or pipes in. */
const MAX_PENDING = 256;
/** A connection that lasts so long was a good one. */
const STEADY_MILLISECONDS = 10_000;
/** The program's exit code when the server cannot be reached, as sysexits.h has it. */
const UNREACHABLE = 69;

export function returning<Inner>(app: App<Inner>): App<Model<Inner>> {
  return {
    start(start: Start) {
      const [inner] = app.start(start);
      const memory = remember(start);
      const { reconnectMilliseconds, canAsk = false } = start;
      return [{
        inner,
        memory,
        isIn: true,
        canAsk,
        isAsking: false,
        isUnproved: false,
        isFinal: false,
        goodbye: undefined,
        lostAt: 0,
        attempts: 0,
        connectedAt: -Infinity,
        retryMilliseconds: 0,
        reconnectMilliseconds,
      }, greet(memory).map(send)];
    },

    isFull: ({ memory }) => memory.pending.length >= MAX_PENDING,

    update(model, input) {
      const [next, actions] = step(model, input);
      const status = statusOf(next);
      return isSame(statusOf(model), status) ? [next, actions] : [
        { ...next, inner: app.update(next.inner, { type: "status", status })[0] },
        actions,
      ];
    },
  };

  function step(model: Model<Inner>, input: Input): Step<Inner> {
    switch (input.type) {
      case "event":
        return told(model, input.event);
      case "disconnected":
        if (model.isAsking) return answered(model, (model) => step(model, input));
        return canComeBack(model) ? comeBack(model, input) : pass(model, input);
      case "connected":
        return [
          { ...model, retryMilliseconds: 0, connectedAt: input.now },
          greet(model.memory).map(send),
        ];
      case "quiet":
        return quiet(model);
      default:
        return pass(model, input);
    }
  }

  /** Lets the screen have it, and does what it wants as far as there is a connection. */
  function pass(model: Model<Inner>, input: Input): Step<Inner> {
    const [inner, wanted] = app.update(model.inner, input);
    let next = { ...model, inner };
    let said = 0;
    const actions: Action[] = [];
    for (const action of wanted) {
      if (action.type !== "send") {
        actions.push(action);
        continue;
      }
      // An input may be several messages, as when lines are pasted.
      const id = "id" in input ? nth(input.id, said++) : "";
      const [after, more] = sending(next, action.command, { input, id });
      next = after;
      actions.push(...more);
    }
    return [next, actions];
  }

  /** Not let in. */
  function refused(model: Model<Inner>, event: Refusal): Step<Inner> {
    const { memory, canAsk, isAsking } = model;
    if (event.code === "bad-password" && canAsk && !isAsking) {
      const what = memory.password === "" ? "the server has a password" : "that is not it";
      return [{ ...model, isAsking: true }, [
        { type: "hide", isOn: true },
        note(`${what}: type the server's password`),
      ]];
    }
    if (memory.wasIn && !HOPELESS.has(event.code)) {
      // The name may be taken by the ghost of our own last connection.
      return [model, [note(explain(event)), { type: "drop" }]];
    }
    const [next, actions] = pass(model, { type: "event", event });
    // Who was never let in knows that nothing was said.
    return [next, memory.wasIn ? [...unsaid(model), ...actions] : actions];
  }

  function told(model: Model<Inner>, event: Event): Step<Inner> {
    switch (event.type) {
      case "challenge":
      case "identified":
        return [model, []];
      case "failed":
        if (event.command === "hello") return refused(model, event);
        if (event.command === "prove") return unproved(model, event);
        // What was asked for before we were let in is asked for again then.
        if (event.code === "not-entered" && event.id === "" && !model.memory.wasIn) {
          return [model, []];
        }
    }
    const { memory, show, send: asked } = hear(model.memory, event);
    let next = { ...model, memory };
    const actions: Action[] = asked.map(send);
    if (event.type === "entered") {
      if (!model.isIn) actions.push(note("connected again"));
      // All that waited has been sent now.
      if (model.goodbye && !model.isIn) actions.push(send(model.goodbye));
      next = { ...next, isIn: true };
    }
    if (event.type === "closing") next = { ...next, isFinal: event.final };
    for (const shown of show) {
      const [after, more] = pass(next, { type: "event", event: shown });
      next = after;
      actions.push(...more);
    }
    return [next, actions];
  }
}

/** What does not pass however long one waits. */
const HOPELESS = new Set(["banned", "nick-owned", "bad-password", "bad-nick", "reserved-nick"]);

type Refusal = Extract<Event, { type: "failed" }>;

/** The server does not see itself where we see it, or the key is not what we say. */
function unproved<Inner>(model: Model<Inner>, { about, code }: Refusal): Step<Inner> {
  if (model.isUnproved) return [model, []];
  const why = about === ""
    ? `the server does not take the proof of your key: ${explain({ code, about })}`
    : `${about}, so your key is not proved; whoever runs it can name it in public_addresses`;
  return [{ ...model, isUnproved: true }, [note(why)]];
}

/** Nobody is asked any more; then goes on. */
function answered<Inner>(
  model: Model<Inner>,
  goOn: (model: Model<Inner>) => Step<Inner>,
): Step<Inner> {
  const [next, actions] = goOn({ ...model, isAsking: false });
  return [next, [{ type: "hide", isOn: false }, ...actions]];
}

/** What becomes of a command that the screen wants sent. */
function sending<Inner>(
  model: Model<Inner>,
  command: Command,
  { input, id }: { input: Input; id: string },
): Step<Inner> {
  const { memory, isIn } = model;
  switch (command.type) {
    case "say":
    case "act":
    case "tell": {
      // What is piped in after "/q" is not said, also if something before it has to be said again.
      if (model.goodbye) return [model, []];
      // What was said before the page was opened again has its id already.
      const said = { ...command, id: command.id || id };
      return [{ ...model, memory: say(memory, said) }, isIn ? [send(said)] : []];
    }
    case "join":
      // It would only be told again what it has seen.
      if (memory.rooms.has(command.room) && !memory.leaving.has(command.room)) return [model, []];
      if (!isIn) break;
      return [{ ...model, memory: go(memory, command.room, command.password) }, [send(command)]];
    case "part": {
      if (!isIn) break;
      const room = roomName(command.room) ?? command.room;
      return [{ ...model, memory: leave(memory, room) }, [send(command)]];
    }
    case "login":
      if (!isIn) break;
      return [{ ...model, memory: logIn(memory, command) }, [send(command)]];
    case "hello": {
      // The answer to the question for the server's password.
      const next = { ...model, memory: { ...memory, password: command.password } };
      return answered(next, (model) => [model, greet(model.memory).map(send)]);
    }
    case "pong":
      return [model, [send(command)]];
    case "quit":
      return quit(model, command, input);
  }
  if (isIn) return [model, [send(command)]];
  return [model, [note("there is no connection to the server now")]];
}

/** Nothing has been heard for a while. */
function quiet<Inner>(model: Model<Inner>): Step<Inner> {
  if (!model.isIn) return [model, []];
  const { memory, send: asked } = askAgain(model.memory);
  return [{ ...model, memory }, [ask("ping", {}), ...asked].map(send)];
}

/** Whoever leaves while there is no connection gives up; the end of the input only waits for its turn. */
function quit<Inner>(model: Model<Inner>, goodbye: Command, input: Input): Step<Inner> {
  const next = { ...model, goodbye };
  if (model.isIn) return [next, [send(goodbye)]];
  const isOver = input.type !== "input ended" || model.memory.pending.length === 0;
  if (!isOver) return [next, []];
  const lost = unsaid(model);
  return [next, [...lost, { type: "exit", code: lost.length === 0 ? 0 : 1 }]];
}

/** How the connection does, for those who show it. */
function statusOf<Inner>({ memory, isIn, retryMilliseconds, isAsking }: Model<Inner>): Status {
  const { wasIn, pending } = memory;
  return { isIn, wasIn, retryMilliseconds, pending, wantsPassword: isAsking };
}

function isSame(one: Status, other: Status): boolean {
  return one.isIn === other.isIn && one.wasIn === other.wasIn && one.pending === other.pending &&
    one.retryMilliseconds === other.retryMilliseconds && one.wantsPassword === other.wantsPassword;
}

// Being away.

function canComeBack<Inner>(model: Model<Inner>): boolean {
  const { memory, isFinal, goodbye, reconnectMilliseconds } = model;
  if (!memory.wasIn || isFinal || reconnectMilliseconds === 0) return false;
  return goodbye === undefined || memory.pending.length > 0;
}

/** The connection is gone, or could not be made again. */
function comeBack<Inner>(
  model: Model<Inner>,
  { now, chance }: { now: number; chance: number },
): Step<Inner> {
  const { isIn, reconnectMilliseconds } = model;
  // A server that lets us in and drops us is not let off with a new beginning each time.
  const isAnew = isIn && now - model.connectedAt >= STEADY_MILLISECONDS;
  const attempts = isAnew ? 0 : model.attempts;
  const lostAt = isAnew ? now : model.lostAt;
  const next = { ...model, isIn: false, lostAt, attempts: attempts + 1 };
  if (now - lostAt >= reconnectMilliseconds) {
    const why = note("the connection is lost, and it is not tried any more to make it again");
    return [next, [why, ...unsaid(model), { type: "exit", code: UNREACHABLE }]];
  }
  const afterMilliseconds = backOff(attempts, chance);
  const what = isIn ? "the connection is lost" : "there is no connection yet";
  const seconds = (afterMilliseconds / 1000).toFixed(1);
  const news = note(`${what}; trying again in ${seconds} s (/q gives up)`);
  return [{ ...next, retryMilliseconds: afterMilliseconds }, [
    isIn ? news : { ...news, again: true },
    { type: "reconnect", afterMilliseconds },
  ]];
}

function unsaid<Inner>({ memory: { pending } }: Model<Inner>): Action[] {
  if (pending.length === 0) return [];
  return [note(`the server has not confirmed ${pending.length} of the messages`)];
}

function note(text: string): Extract<Action, { type: "remark" }> {
  return remark(`*** ${text}`);
}
