/**
 * What scripts ask, in HTTP: to say something, to read what was said, and to follow it. Whoever asks bears a
 * token, and what it says it says as a bot that is there like anybody else.
 */
import { type FailureCode, FAILURES } from "../chat/event.ts";
import { fits, isText, roomName } from "../chat/names.ts";
import type { Log } from "../server/log.ts";
import { Turnstile } from "../server/turnstile.ts";
import type { History } from "../store/history.ts";
import { ProtocolError } from "../wire/byte_reader.ts";
import { decodeText, parseObject } from "../wire/json.ts";
import { type Account, type Bearers, idOf } from "./bearer.ts";
import type { Bot, Outcome } from "./bot.ts";
import { type Followers, type Following, shownOf } from "./follow.ts";
import { openApi, type Operation, OPERATIONS } from "./openapi.ts";
import { type Answer, type Asked, json, refused, type Route } from "./route.ts";

export interface ApiOptions {
  bearers: Pick<Bearers, "whose">;
  /** Each account's bot, by its nick. */
  bots: ReadonlyMap<string, Pick<Bot, "say">>;
  history: Pick<History, "page">;
  followers: Followers;
  /** Whether a room is not for everybody. */
  isLocked(room: string): boolean;
  /** The longest text, and the most messages that one request brings; they may change. */
  limits: { maxTextBytes: number; historyMessages: number };
  maxPageBytes: number;
  version: string;
  /** An id for what has no key. */
  newId(): string;
  log: Log;
}

/** Pages that one bot may wait for at once: more than its followers, which may all come back together. */
const MAX_READS = 64;
const READS_PER_TURN = 2;
const FRESH = { "Cache-Control": "no-store" };

export function apiRoutes(options: ApiOptions): Route[] {
  const { version } = options;
  const pages = new Pages(options);
  const answers: Record<keyof typeof OPERATIONS, Route["answer"]> = {
    say: (asked) => admitted(asked, options, (from) => say(asked, from, options)),
    read: (asked) => admitted(asked, options, (from) => read(asked, from, { ...options, pages })),
    describe: () => json(200, openApi(version)),
  };
  return Object.entries<Operation>(OPERATIONS).map(([name, { method, path }]) => ({
    method,
    path,
    // JSON may write six bytes for one of the text's.
    get maxBodyBytes() {
      return 6 * options.limits.maxTextBytes + 1024;
    },
    answer: answers[name as keyof typeof OPERATIONS],
  }));
}

/** Who asks, and about which room. */
interface From {
  account: Account;
  room: string;
}

/** Answers those who may ask about the room that is named. */
function admitted(
  asked: Asked,
  options: ApiOptions,
  answer: (from: From) => Answer | Promise<Answer>,
): Answer | Promise<Answer> {
  const from = admission(asked, options);
  return "status" in from ? from : answer(from);
}

function admission(
  { headers, peer, parameters }: Asked,
  { bearers, isLocked }: ApiOptions,
): From | Answer {
  const account = bearers.whose(headers, peer);
  if (account === "none" || account === "wrong") return unknown(account);
  const room = roomName(parameters.room ?? "");
  if (room === undefined) return refused(404, FAILURES["bad-room"], {}, "bad-room");
  const isNamed = account.rooms.includes(room);
  if (account.rooms.length > 0 && !isNamed) {
    return refused(403, "this bot may not use that room", {}, "room-not-allowed");
  }
  // To be let into every room is to be let into every open one.
  if (isLocked(room) && !isNamed) {
    const why = "that room is locked: it must be named among the bot's rooms";
    return refused(403, why, {}, "room-not-allowed");
  }
  return { account, room };
}

function unknown(what: "none" | "wrong"): Answer {
  const scheme = 'Bearer realm="chat"';
  return what === "none"
    ? refused(401, "a token is needed", { "WWW-Authenticate": scheme }, "no-token")
    : refused(
      401,
      "this token is nobody's",
      { "WWW-Authenticate": `${scheme}, error="invalid_token"` },
      "bad-token",
    );
}

// Saying.

async function say(asked: Asked, { account, room }: From, options: ApiOptions): Promise<Answer> {
  const bot = options.bots.get(account.nick);
  const saying = sayingOf(asked);
  if ("status" in saying) return saying;
  const { text, emote } = saying;
  // What the hub would say too, but for what is longer than the way there is wide.
  if (!isText(text)) return inVain({ type: "refused", code: "bad-text" });
  if (!fits(text, options.limits.maxTextBytes)) {
    return inVain({ type: "refused", code: "too-long" });
  }
  const key = headerOf(asked, "idempotency-key");
  if (key !== undefined && !/^[!-~]{1,200}$/.test(key)) {
    return refused(400, "an Idempotency-Key is 1 to 200 ASCII characters without a blank");
  }
  const id = key === undefined
    ? options.newId()
    : idOf(account, [key, room, emote ? "emote" : "text", text]);
  const outcome = await bot?.say({ room, text, emote, id }) ??
    { type: "refused", code: "unavailable" };
  if (outcome.type === "refused") return inVain(outcome);
  const { seq, at, isRepeat } = outcome;
  return json(isRepeat ? 200 : 201, { room, seq, at, id }, FRESH);
}

/** What is to be said; only in types that no form of a browser sends without asking first, or with a token. */
function sayingOf({ headers, body }: Asked): { text: string; emote: boolean } | Answer {
  const [type = "", ...parameters] = `${headers["content-type"] ?? ""}`.toLowerCase().split(
    / *; */,
  );
  const charset = parameters.find((it) => it.startsWith("charset="))?.slice(8).replace(/"/g, "");
  const isKnown = type === "application/json" || type === "text/plain";
  if (!isKnown || (charset !== undefined && charset !== "utf-8" && charset !== "us-ascii")) {
    const why = "the Content-Type must be application/json or text/plain, in UTF-8";
    return refused(415, why, {}, "bad-type");
  }
  try {
    if (type === "text/plain") return { text: decodeText(body), emote: false };
    const given = parseObject(body);
    const text = Object.hasOwn(given, "text") ? given.text : undefined;
    const emote = Object.hasOwn(given, "emote") ? given.emote : false;
    if (typeof text === "string" && typeof emote === "boolean") return { text, emote };
    return refused(400, 'the JSON must be like {"text": "hi", "emote": false}');
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return refused(400, error.message);
  }
}

const STATUSES: Partial<Record<FailureCode, number>> = {
  "bad-request": 400,
  "bad-text": 400,
  "too-long": 413,
  "bad-room": 404,
  "banned": 403,
  "muted": 403,
  "not-invited": 403,
  "bad-password": 403,
  "nick-in-use": 409,
  "reserved-nick": 409,
};

function inVain({ code, waitMilliseconds = 0 }: Extract<Outcome, { type: "refused" }>): Answer {
  if (code === "too-fast") return tooFast(waitMilliseconds);
  if (code === "no-answer") {
    const why = "it is not known whether this was stored: ask again, with an Idempotency-Key";
    return refused(503, why, { "Retry-After": "1" }, code);
  }
  const status = STATUSES[code] ?? 503;
  return refused(status, FAILURES[code], status === 503 ? { "Retry-After": "1" } : {}, code);
}

function tooFast(milliseconds: number): Answer {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  return refused(429, "that is too fast", { "Retry-After": `${seconds}` }, "too-fast");
}

// Reading.

function read(
  asked: Asked,
  { account: { nick }, room }: From,
  options: ApiOptions & { pages: Pages },
): Answer | Promise<Answer> {
  const { pages, followers } = options;
  const isFollower = `${asked.headers.accept ?? ""}`.toLowerCase().includes("text/event-stream");
  const numbers = {
    after: numberOf(isFollower && headerOf(asked, "last-event-id") || asked.query.get("after")),
    before: numberOf(asked.query.get("before")),
    limit: numberOf(asked.query.get("limit")),
  };
  const wrong = Object.entries(numbers).find(([, number]) => Number.isNaN(number));
  if (wrong || numbers.limit === 0) {
    return refused(400, `${wrong?.[0] ?? "limit"} must be a whole number`);
  }
  if (!isFollower) return pages.read(nick, { room, ...numbers });
  if (!followers.hasRoomFor(nick)) {
    const headers = { "Retry-After": "10" };
    return refused(503, "too many follow already", headers, "too-many-followers");
  }
  // Tokens change and rooms are locked while somebody follows.
  const isAdmitted = () => !("status" in admission(asked, options));
  return pages.follow(followers, { nick, room, after: numbers.after, isAdmitted });
}

interface Numbers {
  after: number | undefined;
  before: number | undefined;
  limit: number | undefined;
}

/** Pages of the history, read so that nobody else has to wait for long. */
class Pages {
  #options: ApiOptions;
  #turnstile = new Turnstile(READS_PER_TURN);
  /** How many each bot waits for. */
  #reads = new Map<string, number>();

  constructor(options: ApiOptions) {
    this.#options = options;
  }

  async read(nick: string, { room, after, before, limit }: Numbers & { room: string }) {
    const { history, limits: { historyMessages }, maxPageBytes } = this.#options;
    return await this.#inTurn(nick, () => {
      // Nothing was said before the first message, and nothing needs to be looked for.
      const isNone = before === 0;
      const page = history.page(room, {
        limit: isNone ? 1 : Math.min(limit ?? historyMessages, historyMessages),
        from: after === undefined ? 0 : after + 1,
        before: before ?? 0,
        maxBytes: maxPageBytes,
      });
      const { messages, more, last } = isNone ? { ...page, messages: [], more: false } : page;
      return json(200, { messages: messages.map(shownOf), more, last }, FRESH);
    });
  }

  async follow(
    followers: Followers,
    { after, ...following }: Omit<Following, "after"> & { after: number | undefined },
  ) {
    const { history } = this.#options;
    return await this.#inTurn(following.nick, () => {
      const { last } = history.page(following.room, { limit: 1, maxBytes: 1 });
      // Whoever has seen what is not there any more has seen a history that was lost.
      const begin = Math.min(after ?? last, last);
      return {
        status: 200,
        headers: { "Content-Type": "text/event-stream; charset=utf-8", ...FRESH },
        body: followers.follow({ ...following, after: begin }),
      };
    });
  }

  async #inTurn(nick: string, answer: () => Answer): Promise<Answer> {
    const reads = this.#reads.get(nick) ?? 0;
    if (reads >= MAX_READS) return tooFast(1000);
    this.#reads.set(nick, reads + 1);
    try {
      await this.#turnstile.enter();
      return answer();
    } catch (error) {
      // The disk may be gone, and come back.
      this.#options.log("error", "the history cannot be read", { error: String(error) });
      return refused(503, FAILURES.unavailable, { "Retry-After": "1" }, "unavailable");
    } finally {
      const left = this.#reads.get(nick)! - 1;
      if (left > 0) this.#reads.set(nick, left);
      else this.#reads.delete(nick);
    }
  }
}

/** NaN for what is none; undefined for none. No message has a number larger than there are. */
function numberOf(text: string | null | false | undefined): number | undefined {
  if (text === null || text === undefined || text === false) return undefined;
  if (!/^\d{1,40}$/.test(text)) return NaN;
  return Math.min(Number(text), Number.MAX_SAFE_INTEGER - 1);
}

function headerOf({ headers }: Asked, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : value?.join(", ");
}
