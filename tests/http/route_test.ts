import { assertEquals } from "@std/assert";
import { find, type Route } from "../../src/http/route.ts";

const route = (method: Route["method"], path: string): Route => ({
  method,
  path,
  answer: () => ({ status: 200 }),
});

const ROUTES = [
  route("GET", "/"),
  route("GET", "/api/rooms"),
  route("GET", "/api/rooms/:room/messages"),
  route("POST", "/api/rooms/:room/messages"),
];

const TABLE: [
  method: string,
  path: string,
  parameters: Record<string, string> | string[] | undefined,
][] = [
  ["GET", "/", {}],
  ["HEAD", "/", {}],
  ["POST", "/", ["GET", "HEAD"]],
  ["get", "/", ["GET", "HEAD"]],
  ["GET", "", undefined],
  ["GET", "//", undefined],
  ["GET", "/api/rooms", {}],
  ["GET", "/api/rooms/", undefined],
  ["GET", "/API/rooms", undefined],
  ["GET", "/api/rooms/lobby/messages", { room: "lobby" }],
  ["POST", "/api/rooms/%23lobby/messages", { room: "#lobby" }],
  ["POST", "/api/rooms/a%2Fb/messages", { room: "a/b" }],
  ["POST", "/api/rooms/%F0%9F%99%82/messages", { room: "🙂" }],
  ["POST", "/api/rooms/__proto__/messages", { room: "__proto__" }],
  ["POST", "/api/rooms//messages", { room: "" }],
  ["DELETE", "/api/rooms/lobby/messages", ["GET", "HEAD", "POST"]],
  ["GET", "/api/rooms/%zz/messages", undefined],
  ["GET", "/api/rooms/%ff/messages", undefined],
  ["GET", "/api/rooms/a/b/messages", undefined],
];

Deno.test("a path leads to its route, with what its names stand for, or says which methods there are", () => {
  for (const [method, path, expected] of TABLE) {
    const found = find(ROUTES, { method, path });
    const what = found && ("allowed" in found ? found.allowed : found.parameters);
    assertEquals(what, expected, `${method} ${path}`);
  }
});
