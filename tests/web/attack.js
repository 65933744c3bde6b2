/** What is run in a browser on a page of another site. It stands alone, for it is its text that is sent there. */

/**
 * What a page of another site can try against the chat, and what came of each; "refused" is as it should be. Of what
 * is sent blindly no page sees the answer: there it counts that nobody in the chat hears of it.
 * @param {{ chat: string }} options
 * @returns {Promise<Record<string, string>>}
 */
export async function attack({ chat }) {
  const words = "CHAT/1.0 JOIN\r\nUsername: mallory\r\nMsg-len: 0\r\n\r\n" +
    '{"type":"hello","nick":"mallory"}\n{"type":"say","room":"lobby","text":"owned"}\nHELLO-FROM mallory\n';
  const soon = (promise) =>
    Promise.race([promise, new Promise((resolve) => setTimeout(resolve, 60_000, "no answer"))]);
  const readable = (promise) => promise.then(() => "read", () => "refused");
  const loaded = (tag, attributes) => {
    const element = Object.assign(document.createElement(tag), attributes);
    const { promise, resolve } = Promise.withResolvers();
    element.onload = () => resolve("loaded");
    element.onerror = () => resolve("refused");
    document.body.append(element);
    return soon(promise);
  };
  const sent = async (path, options) => {
    await fetch(chat + path, { method: "POST", mode: "no-cors", body: words, ...options })
      .catch(() => {});
    return "refused";
  };
  const socket = (url) => {
    const { promise, resolve } = Promise.withResolvers();
    const made = new WebSocket(url);
    made.onopen = () => resolve("opened");
    made.onerror = () => resolve("refused");
    return soon(promise);
  };
  const source = (path) => {
    const { promise, resolve } = Promise.withResolvers();
    const made = new EventSource(chat + path);
    made.onopen = () => resolve("opened");
    made.onerror = () => {
      made.close();
      resolve("refused");
    };
    return soon(promise);
  };
  const form = (path, enctype) => {
    const frame = Object.assign(document.createElement("iframe"), {
      name: `frame${Math.random()}`,
    });
    const made = Object.assign(document.createElement("form"), {
      ...{ method: "POST", action: chat + path, target: frame.name, enctype },
    });
    made.append(
      Object.assign(document.createElement("textarea"), { name: "text", value: words }),
    );
    document.body.append(frame, made);
    const { promise, resolve } = Promise.withResolvers();
    made.submit();
    frame.onload = () => resolve("refused");
    return soon(promise);
  };
  const said = JSON.stringify({ nick: "mallory", text: "owned" });
  return {
    "fetch of the page": await readable(fetch(`${chat}/`)),
    "fetch with credentials": await readable(fetch(`${chat}/`, { credentials: "include" })),
    "fetch of the API": await readable(fetch(`${chat}/api/rooms`)),
    "POST of many words": await sent("/", {}),
    "POST to the socket": await sent("/socket", {}),
    "POST to the API": await sent("/api/rooms/lobby/messages", { body: said }),
    "POST of JSON": await readable(fetch(`${chat}/api/rooms/lobby/messages`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: said,
    })),
    beacon: await (navigator.sendBeacon(`${chat}/api/rooms/lobby/messages`, said), "refused"),
    "form of text": await form("/", "text/plain"),
    "form to the API": await form("/api/rooms/lobby/messages", "text/plain"),
    "form of fields": await form("/socket", "application/x-www-form-urlencoded"),
    WebSocket: await socket(`${chat.replace("http", "ws")}/socket`),
    "WebSocket elsewhere": await socket(`${chat.replace("http", "ws")}/`),
    EventSource: await source("/api/rooms/lobby/events"),
    "EventSource of the page": await source("/"),
    script: await loaded("script", { src: `${chat}/web/main.js` }),
    module: await loaded("script", { src: `${chat}/web/main.js`, type: "module" }),
    style: await loaded("link", { href: `${chat}/web/style.css`, rel: "stylesheet" }),
    image: await loaded("img", { src: `${chat}/web/icon.svg` }),
  };
}
