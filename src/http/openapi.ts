/**
 * What scripts may ask, as a table: the routes are made from it, and so is the description that other
 * programs read (OpenAPI 3.1). Neither can say what the other does not.
 */
import { FAILURES } from "../chat/event.ts";

type Schema = Record<string, unknown>;

export interface Operation {
  method: "GET" | "POST";
  /** As routes have it: "/api/rooms/:room/messages". */
  path: string;
  summary: string;
  description: string;
  /** For whoever asks, with no token. */
  isPublic?: boolean;
  parameters?: readonly { in: "query" | "header"; name: string; schema: Schema; about: string }[];
  body?: Record<string, Schema>;
  /** What an answer's body is, by its type, beside the refusals below. */
  answers: Record<number, { about: string; content: Record<string, Schema> }>;
  /** The statuses of refusals. */
  refusals: readonly number[];
}

const ROOM = {
  type: "string",
  minLength: 1,
  maxLength: 64,
  description: "A room's name, as people write it.",
};
const NUMBER = { type: "integer", minimum: 0 };
const MESSAGES = "/api/rooms/:room/messages";

export const OPERATIONS = {
  say: {
    method: "POST",
    path: MESSAGES,
    summary: "Say something",
    description: "Answered when the message is stored, under the nick that the token stands for.",
    parameters: [{
      in: "header",
      name: "Idempotency-Key",
      schema: { type: "string", pattern: "^[!-~]{1,200}$" },
      about: "The same key with the same message, however often and whenever, is one message.",
    }],
    body: { "application/json": ref("Saying"), "text/plain": { type: "string", minLength: 1 } },
    answers: {
      200: { about: "It was stored before.", content: { "application/json": ref("Stored") } },
      201: { about: "It is stored.", content: { "application/json": ref("Stored") } },
    },
    refusals: [400, 401, 403, 404, 409, 413, 415, 429, 503],
  },
  read: {
    method: "GET",
    path: MESSAGES,
    summary: "Read what was said, or follow it",
    description: "The newest messages, or those before or after one, oldest first. With " +
      "`Accept: text/event-stream` all that comes after one, and then what is said from now on, as " +
      "Server-Sent Events: `id` is the message's number, `data` the message.",
    parameters: [
      { in: "query", name: "after", schema: NUMBER, about: "Only messages with larger numbers." },
      { in: "query", name: "before", schema: NUMBER, about: "Only messages with smaller numbers." },
      {
        in: "query",
        name: "limit",
        schema: { type: "integer", minimum: 1 },
        about: "Most messages at once; the server may have a smaller maximum.",
      },
      {
        in: "header",
        name: "Last-Event-ID",
        schema: NUMBER,
        about: "Where a follower goes on; it takes the place of `after`.",
      },
    ],
    answers: {
      200: {
        about: "A page of messages, or a stream of them.",
        content: { "application/json": ref("Page"), "text/event-stream": { type: "string" } },
      },
    },
    refusals: [400, 401, 403, 404, 429, 503],
  },
  describe: {
    method: "GET",
    path: "/api/openapi.json",
    summary: "This description",
    description: "For programs that write programs, and for people's tools.",
    isPublic: true,
    answers: {
      200: { about: "OpenAPI 3.1.", content: { "application/json": { type: "object" } } },
    },
    refusals: [],
  },
} as const satisfies Record<string, Operation>;

/** What a refusal's status means. */
const REFUSALS: Readonly<Record<number, string>> = {
  400: "What was sent makes no sense: bad-request, bad-text.",
  401: "There is no token, or it is nobody's: no-token, bad-token.",
  403:
    "The bot may not use this room, or the page that asks may not ask: room-not-allowed, forbidden.",
  404: "No room can be called so: bad-room.",
  409: "The bot is not let in under its nick, because somebody else has it: nick-in-use.",
  413: "The text is too long: too-long.",
  415: "The body is neither JSON nor plain text, in UTF-8: bad-type.",
  429: "That is too fast; `Retry-After` says when to come again: too-fast.",
  503: "Nothing can be stored or read just now, or there are too many: not-stored, unavailable, " +
    "no-answer, server-full, too-many-rooms, too-many-followers.",
};

const SCHEMAS = {
  Saying: object({ text: { type: "string", minLength: 1 }, emote: { type: "boolean" } }, ["text"]),
  Stored: object({ room: ROOM, seq: NUMBER, at: NUMBER, id: { type: "string", format: "uuid" } }),
  Message: object({
    room: ROOM,
    seq: { ...NUMBER, description: "Counts the room's messages from 1." },
    at: { ...NUMBER, description: "Milliseconds since 1970." },
    nick: { type: "string" },
    text: { type: "string" },
    emote: { type: "boolean" },
    id: { type: "string", description: "What its author calls it." },
  }, ["room", "seq", "at", "nick", "text", "emote"]),
  Page: object({
    messages: { type: "array", items: ref("Message") },
    more: { type: "boolean", description: "Whether there are more in the direction asked for." },
    last: { ...NUMBER, description: "The number of the room's newest message." },
  }),
  Refusal: object({
    error: { type: "string", description: "For people." },
    code: { type: "string", description: "For programs.", examples: Object.keys(FAILURES) },
  }),
};

/** The document, for a program of this version. */
export function openApi(version: string): unknown {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [operationId, operation] of Object.entries<Operation>(OPERATIONS)) {
    const path = operation.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = {
      ...paths[path],
      [operation.method.toLowerCase()]: { operationId, ...described(operation) },
    };
  }
  return {
    openapi: "3.1.0",
    info: { title: "chat", version, description: "What scripts may ask of a chat server." },
    paths,
    components: {
      schemas: SCHEMAS,
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
    },
  };
}

function described(operation: Operation) {
  const { summary, description, path, parameters = [], body, isPublic } = operation;
  const named = [...path.matchAll(/:(\w+)/g)].map(([, name]) => (
    { in: "path", name, required: true, schema: ROOM }
  ));
  const others = parameters.map(({ about, ...rest }) => ({ ...rest, description: about }));
  return {
    summary,
    description,
    security: isPublic ? [] : [{ token: [] }],
    parameters: [...named, ...others],
    ...(body ? { requestBody: { required: true, content: contentOf(body) } } : {}),
    responses: responses(operation),
  };
}

function responses({ answers, refusals }: Operation) {
  const good = Object.entries(answers).map(([status, { about, content }]) =>
    [status, { description: about, content: contentOf(content) }] as const
  );
  const bad = refusals.map((status) =>
    [`${status}`, {
      description: REFUSALS[status],
      content: contentOf({ "application/json": ref("Refusal") }),
    }] as const
  );
  return Object.fromEntries([...good, ...bad]);
}

function contentOf(schemas: Record<string, Schema>) {
  return Object.fromEntries(Object.entries(schemas).map(([type, schema]) => [type, { schema }]));
}

function object(properties: Record<string, Schema>, required = Object.keys(properties)): Schema {
  return { type: "object", properties, required };
}

function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}
