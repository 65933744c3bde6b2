/** HTTP as it comes: whole and in pieces, right and wrong, answered in order or refused with a reason. */
import { assert, assertEquals } from "@std/assert";
import { pageRoutes } from "../../src/http/pages.ts";
import type { Answer, Asked, Route } from "../../src/http/route.ts";
import { Peer } from "../end_to_end/peer.ts";
import { answerOn, ask, request, upgrade, utf8, type Wishes } from "../end_to_end/web_peer.ts";
import { WebServer } from "./web_server.ts";

const get = (path: string, answer: (asked: Asked) => Answer | Promise<Answer>): Route => ({
  method: "GET",
  path,
  answer,
});

const hello = get("/", () => ({ status: 200, body: "hello" }));
const echo: Route = {
  method: "POST",
  path: "/echo",
  maxBodyBytes: 1000,
  answer: ({ body }) => ({ status: 200, body }),
};
const local: Route = { ...get("/local", () => ({ status: 200, body: "" })), isLocal: true };

const CLOSE = { Connection: "close" };
const CHUNKED = { "Transfer-Encoding": "chunked" };
const post = (headers: Record<string, string>, body: string, path = "/echo") =>
  request({ method: "POST", path, headers, body });
const header = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, ""]));

const TABLE: [what: string, status: number, bytes: string][] = [
  ["a request", 200, request()],
  ["a query", 200, request({ path: "/?a=b" })],
  ["the most that headers may be", 200, request({ headers: { X: "x".repeat(15_000) } })],
  ["2,000 headers", 200, request({ headers: header(2000) })],
  ["an offer of HTTP/2", 200, request({ headers: { Connection: "Upgrade", Upgrade: "h2c" } })],
  ["its own page", 200, request({ headers: { Origin: "http://localhost" } })],
  ["a friend's page", 200, request({ headers: { Origin: "https://friend.example" } })],
  [
    "a link on another page",
    200,
    request({
      headers: { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate" },
    }),
  ],
  ["its own machine", 200, request({ path: "/local" })],
  ["a body", 200, post({ "Content-Length": "3" }, "abc")],
  ["no body", 200, post({ "Content-Length": "0" }, "")],
  ["a body in chunks", 200, post(CHUNKED, "3;ext=1\r\nabc\r\n0\r\nTrailer: x\r\n\r\n")],
  ["the longest body", 200, post({ "Content-Length": "1000" }, "x".repeat(1000))],

  ["the wrong method", 405, request({ method: "DELETE" })],
  ["TRACE", 405, request({ method: "TRACE" })],
  ["OPTIONS", 405, request({ method: "OPTIONS" })],
  ["CONNECT", 405, request({ method: "CONNECT", path: "localhost:80" })],
  ["another path", 404, request({ path: "/x" })],
  ["a path that goes up", 404, request({ path: "/../../etc/passwd" })],
  ["a path that goes up in code", 404, request({ path: "/%2e%2e/%2e%2e/etc/passwd" })],
  ["slashes in code", 404, request({ path: "/web%2f..%2f..%2fetc%2fpasswd" })],
  ["a back slash", 404, request({ path: "/..\\..\\etc\\passwd" })],
  ["NUL in code", 404, request({ path: "/%00" })],
  ["bad percents", 404, request({ path: "/%zz%" })],

  ["NUL itself", 400, request({ path: "/\0" })],
  ["what a proxy is asked", 400, request({ path: "http://localhost/" })],
  ["no path", 400, request({ method: "OPTIONS", path: "*" })],
  ["no Host", 400, request({ headers: { Host: undefined } })],
  ["two Hosts", 400, request({ headers: { hOST: "localhost" } })],
  ["HTTP/1.0 without a Host", 400, "GET / HTTP/1.0\r\n\r\n"],
  ["HTTP/2", 400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ["HTTP/9", 400, "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n"],
  ["line feeds alone", 400, "GET / HTTP/1.1\nHost: localhost\n\n"],
  ["a space before a colon", 400, "GET / HTTP/1.1\r\nHost : localhost\r\n\r\n"],
  ["a header that goes on", 400, request({ headers: { X: "a\r\n b" } })],
  ["noise", 400, "GET \x01\x02\x03\r\n\r\n"],
  ["two lengths", 400, post({ "Content-Length": "3", "content-length": "4" }, "abcd")],
  ["a negative length", 400, post({ "Content-Length": "-3" }, "abc")],
  ["a length in hex", 400, post({ "Content-Length": "0x3" }, "abc")],
  ["a length of 1e3", 400, post({ "Content-Length": "1e3" }, "abc")],
  ["a list of lengths", 400, post({ "Content-Length": "3, 3" }, "abc")],
  ["a length beyond all", 400, post({ "Content-Length": "9".repeat(30) }, "abc")],
  ["a length and chunks", 400, post({ "Content-Length": "3", ...CHUNKED }, "0\r\n\r\n")],
  ["an unknown coding", 400, post({ "Transfer-Encoding": "chunked, x" }, "0\r\n\r\n")],
  ["two codings", 400, post({ ...CHUNKED, "transfer-encoding": "identity" }, "0\r\n\r\n")],
  ["a chunk of no length", 400, post(CHUNKED, "zz\r\nabc\r\n")],
  ["a chunk of 2^64", 400, post(CHUNKED, "10000000000000000\r\nabc\r\n")],

  ["a name that leads here", 403, request({ headers: { Host: "evil.example" } })],
  ["two names in one", 403, request({ headers: { Host: "localhost, evil.example" } })],
  ["an empty name", 403, request({ headers: { Host: "" } })],
  ["another page", 403, request({ headers: { Origin: "https://evil.example" } })],
  ["a page of nowhere", 403, request({ headers: { Origin: "null" } })],
  [
    "another page after 2,000 headers",
    403,
    request({
      headers: { ...header(2001), Origin: "https://evil.example" },
    }),
  ],
  ["what another page shows", 403, request({ headers: { "Sec-Fetch-Site": "cross-site" } })],
  ["another machine", 403, request({ path: "/local", headers: { "X-Forwarded-For": "1.2.3.4" } })],
  [
    "another machine after 2,000 headers",
    403,
    request({
      path: "/local",
      headers: { ...header(2001), Forwarded: "for=1.2.3.4" },
    }),
  ],

  ["a body one byte too long", 413, post({ "Content-Length": "1001" }, "x".repeat(1001))],
  ["a body far too long", 413, post({ "Content-Length": "3000000" }, "x".repeat(3_000_000))],
  [
    "chunks too long",
    413,
    post(CHUNKED, `3e8\r\n${"x".repeat(1000)}\r\n`.repeat(500) + "0\r\n\r\n"),
  ],
  ["headers of 20 KB", 431, request({ headers: { X: "x".repeat(20_000) } })],
  ["a path of 20 KB", 431, request({ path: "/" + "x".repeat(20_000) })],
  ["expectations", 417, request({ headers: { Expect: "the unexpected" } })],
];

Deno.test("whatever is asked gets the answer of its kind, with all that protects browsers", async () => {
  await using server = new WebServer(hello, echo, local);
  for (const [what, status, bytes] of TABLE) {
    const answer = await ask(server.port, bytes);
    assertEquals(answer?.status, status, what);
    const { headers, body } = answer!;
    assertEquals(headers["x-content-type-options"], "nosniff", what);
    assertEquals(headers["x-frame-options"], "DENY", what);
    assert(headers["content-security-policy"]?.startsWith("default-src 'none'"), what);
    if (status >= 400) assertEquals(typeof JSON.parse(body).error, "string", what);
  }
  assertEquals(server.logged, []);
});

Deno.test("a header whose name is doubled in other letters, or repeated, is refused if it decides", async () => {
  await using server = new WebServer(hello);
  for (
    const twice of [
      "Host: localhost\r\nHost: evil.example",
      "Host: evil.example\r\nHost: localhost",
    ]
  ) {
    assertEquals((await ask(server.port, `GET / HTTP/1.1\r\n${twice}\r\n\r\n`))?.status, 400);
  }
});

Deno.test("a connection is kept for the next request, and a page that is known is not sent again", async () => {
  await using server = new WebServer(
    ...pageRoutes([{ path: "/a.js", text: "export const a = 1;\n" }]),
  );
  await using peer = await Peer.connect(server.port);
  const asks = async (wishes: Wishes, hasBody = true) => {
    await peer.write(utf8(request({ path: "/a.js", ...wishes })));
    const answer = await answerOn(peer, { hasBody });
    return answer!;
  };
  const first = await asks({});
  assertEquals([first.status, first.body], [200, "export const a = 1;\n"]);
  const head = await asks({ method: "HEAD" }, false);
  assertEquals([head.status, head.headers["content-length"]], [
    200,
    first.headers["content-length"],
  ]);
  const known = await asks({ headers: { "If-None-Match": first.headers.etag! } });
  assertEquals([known.status, known.body, known.headers.etag], [304, "", first.headers.etag]);
  const other = await asks({ headers: { "If-None-Match": '"other"', ...CLOSE } });
  assertEquals([other.status, other.body], [200, first.body]);
  await peer.untilEnd();
});

Deno.test("law: a request byte by byte, or many at once, gets the same answers in order", async () => {
  await using server = new WebServer(hello, echo);
  const bytes = utf8(
    request() + post({ "Content-Length": "3" }, "abc") + request({ path: "/x" }) +
      post(CHUNKED, "1\r\nd\r\n0\r\n\r\n") + request({ headers: CLOSE }),
  );
  for (const write of ["write", "writeByteByByte"] as const) {
    await using peer = await Peer.connect(server.port);
    await peer[write](bytes);
    for (
      const [status, body] of [[200, "hello"], [200, "abc"], [404], [200, "d"], [200, "hello"]]
    ) {
      const answer = await answerOn(peer);
      assertEquals(answer?.status, status);
      if (body) assertEquals(answer?.body, body);
    }
    assertEquals(await peer.untilEnd(), new Uint8Array(0));
  }
});

Deno.test("who has nothing more to say gets its answers all the same", async () => {
  await using server = new WebServer(hello);
  await using peer = await Peer.connect(server.port);
  await peer.write(utf8(request() + request()));
  await peer.finish();
  for (let i = 0; i < 2; i++) assertEquals((await answerOn(peer))?.body, "hello");
  await peer.untilEnd();
});

Deno.test("what comes whole is answered before a connection ends for what follows it", async () => {
  const gate = Promise.withResolvers<void>();
  await using server = new WebServer(get("/slow", async () => {
    await gate.promise;
    return { status: 200, body: "at last" };
  }));
  await using peer = await Peer.connect(server.port);
  await peer.write(utf8(request({ path: "/slow" }) + "NICK mallory\r\n\r\n"));
  gate.resolve();
  assertEquals((await answerOn(peer))?.body, "at last");
  assertEquals(await peer.untilEnd(), new Uint8Array(0));
});

Deno.test("a WebSocket while an answer is awaited ends the connection", async () => {
  await using server = new WebServer(get("/slow", () => new Promise(() => {})));
  await using peer = await Peer.connect(server.port);
  await peer.write(utf8(request({ path: "/slow" }) + upgrade()));
  assertEquals(await peer.untilEnd(), new Uint8Array(0));
});

Deno.test("who asks on and on without waiting for answers is cut", async () => {
  await using server = new WebServer(get("/slow", () => new Promise(() => {})));
  await using peer = await Peer.connect(server.port);
  await peer.write(utf8(request({ path: "/slow" }).repeat(1000))).catch(() => {});
  assertEquals(await peer.untilEnd(), new Uint8Array(0));
});

Deno.test("routes that fail are logged, and end at most their own connection", async () => {
  await using server = new WebServer(
    hello,
    get("/throws", () => {
      throw new Error("oops");
    }),
    get("/rejects", () => Promise.reject(new Error("oops"))),
    get("/splits", () => ({ status: 200, headers: { X: "a\r\nSet-Cookie: b" }, body: "x" })),
    get("/breaks-off", () => ({ status: 200, body: breaksOff() })),
  );
  for (const path of ["/throws", "/rejects"]) {
    assertEquals((await ask(server.port, request({ path })))?.status, 500);
  }
  assertEquals(await ask(server.port, request({ path: "/splits" })), undefined);
  await using peer = await Peer.connect(server.port);
  await peer.write(utf8(request({ path: "/breaks-off" })));
  // Without the last chunk: whoever reads it knows that it is not whole.
  assert(!new TextDecoder().decode(await peer.untilEnd()).endsWith("0\r\n\r\n"));
  assertEquals((await ask(server.port, request()))?.status, 200);
  assertEquals(server.logged, Array(4).fill("a request failed"));
});

async function* breaksOff(): AsyncGenerator<string> {
  yield "one";
  await Promise.resolve();
  throw new Error("oops");
}

Deno.test("an answer in pieces goes on until its peer is gone, and then is asked for no more", async () => {
  const stopped = Promise.withResolvers<void>();
  await using server = new WebServer(
    get("/events", () => ({ status: 200, body: endless(stopped.resolve) })),
  );
  const peer = await Peer.connect(server.port);
  await peer.write(utf8(request({ path: "/events" })));
  await peer.take(500);
  // It is no late request.
  server.passes();
  await peer.take(100_000);
  await peer.vanish();
  await stopped.promise;
});

async function* endless(stopped: () => void): AsyncGenerator<string> {
  try {
    for (;;) {
      yield "event\n";
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    stopped();
  }
}

const SLOW: [what: string, bytes: string][] = [
  ["says nothing", ""],
  ["stops in its first line", "GET / HT"],
  ["stops in its headers", "GET / HTTP/1.1\r\nHost: loc"],
  ["stops in its body", post({ "Content-Length": "300" }, "abc")],
  ["stops in a chunk", post(CHUNKED, "ff\r\nabc")],
  ["asks for nothing more", request()],
  ["stops in its second request", request() + "GET / HT"],
  ["does not go after a refusal", request({ headers: { X: "x".repeat(20_000) } })],
];

Deno.test("who is too slow is cut, each byte of it or none", async () => {
  await using server = new WebServer(hello, echo);
  for (const [what, bytes] of SLOW) {
    await using peer = await Peer.connect(server.port);
    await peer.write(utf8(bytes));
    if (bytes.endsWith("\r\n\r\n")) await answerOn(peer);
    // Until the server has it.
    await ask(server.port, request({ headers: CLOSE }));
    server.passes(29_000);
    assert(server.size > 0, what);
    // A byte now and then wins no time.
    await peer.write(utf8("x")).catch(() => {});
    await ask(server.port, request({ headers: CLOSE }));
    server.passes(2000);
    await peer.untilEnd();
  }
});

Deno.test("who does not read its answer is cut", async () => {
  const long = "x".repeat(30_000_000);
  await using server = new WebServer(hello, get("/long", () => ({ status: 200, body: long })));
  await using peer = await Peer.connectDeaf(server.port);
  await peer.write(utf8(request({ path: "/long" })));
  await ask(server.port, request({ headers: CLOSE }));
  server.passes(31_000);
  peer.listen();
  assert((await peer.untilEnd()).length < long.length);
});

Deno.test("at the end what is being answered is answered, what goes on stops, and the idle are hung up on", async () => {
  const gate = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  await using server = new WebServer(
    hello,
    get("/slow", async () => {
      asked.resolve();
      await gate.promise;
      return { status: 200, body: "x".repeat(100_000) };
    }),
    get("/events", () => ({ status: 200, body: endless(() => {}) })),
  );
  await using idle = await Peer.connect(server.port);
  await idle.write(utf8(request()));
  await answerOn(idle);
  await using events = await Peer.connect(server.port);
  await events.write(utf8(request({ path: "/events" })));
  await events.take(100);
  await using slow = await Peer.connect(server.port);
  await slow.write(utf8(request({ path: "/slow" })));
  await asked.promise;
  const closed = server.web.close();
  await idle.untilEnd();
  assert(new TextDecoder().decode(await events.untilEnd()).endsWith("0\r\n\r\n"));
  gate.resolve();
  assertEquals((await answerOn(slow))?.body.length, 100_000);
  await slow.untilEnd();
  await closed;
});
