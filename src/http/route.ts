/** What is asked in HTTP and answered, as plain values: routes are a table of these. Pure. */
import type { Headers } from "./access.ts";

export interface Asked {
  method: string;
  /** Decoded, for each name in the route's path: "/rooms/:room" has "room". */
  parameters: Readonly<Record<string, string>>;
  query: URLSearchParams;
  headers: Headers;
  /** At most `maxBodyBytes` of the route. */
  body: Uint8Array;
  peer: string;
}

export interface Answer {
  status: number;
  headers?: Readonly<Record<string, string>>;
  /** Pieces are asked for as fast as the peer takes them; whoever goes away stops the asking. */
  body?: string | Uint8Array | AsyncIterable<string>;
}

export interface Route {
  method: "GET" | "POST";
  /** "/api/rooms/:room/messages". */
  path: string;
  /** Whether it is for whoever runs the server, and so for this machine only. */
  isLocal?: boolean;
  maxBodyBytes?: number;
  answer(asked: Asked): Answer | Promise<Answer>;
}

export function json(status: number, value: unknown, headers = {}): Answer {
  return {
    status,
    headers: { "Content-Type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(value) + "\n",
  };
}

/** Refusals for programs, where nothing more is known of them than their status. */
const CODES: Readonly<Record<number, string>> = {
  400: "bad-request",
  403: "forbidden",
  404: "not-found",
  405: "bad-method",
  413: "too-long",
  500: "our-fault",
};

/** A refusal, in words for people and one for programs. */
export function refused(
  status: number,
  reason: string,
  headers = {},
  code = CODES[status] ?? "refused",
): Answer {
  return json(status, { error: reason, code }, { "Cache-Control": "no-store", ...headers });
}

/** The route that a path leads to, with what its names stand for; undefined if there is none. */
export function find(
  routes: readonly Route[],
  { method, path }: { method: string; path: string },
): { route: Route; parameters: Record<string, string> } | { allowed: string[] } | undefined {
  const there = routes.flatMap((route) => {
    const parameters = match(route.path, path);
    return parameters ? [{ route, parameters }] : [];
  });
  if (there.length === 0) return undefined;
  const asked = method === "HEAD" ? "GET" : method;
  return there.find(({ route }) => route.method === asked) ??
    {
      allowed: there.flatMap(({ route: { method } }) =>
        method === "GET" ? ["GET", "HEAD"] : method
      ),
    };
}

function match(pattern: string, path: string): Record<string, string> | undefined {
  const names = pattern.split("/");
  const words = path.split("/");
  if (names.length !== words.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const word = words[index]!;
    if (!name.startsWith(":")) {
      if (name !== word) return undefined;
      continue;
    }
    const value = decoded(word);
    if (value === undefined) return undefined;
    parameters[name.slice(1)] = value;
  }
  return parameters;
}

function decoded(word: string): string | undefined {
  try {
    return decodeURIComponent(word);
  } catch {
    return undefined;
  }
}
