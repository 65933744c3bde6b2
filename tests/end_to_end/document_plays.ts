/** What our client shows and sends, as each document's own, against a server that says what is written here. */
import { chat10, ndjson } from "./line_peer.ts";

export type Step =
  /** A line on the client's stdin. */
  | [does: "types", line: string]
  /** The next line on its stdout. */
  | [does: "shows", line: string]
  | [
    does:
      | "its input ends"
      | "the server accepts"
      | "the server hears the end"
      | "the server closes",
  ]
  | [does: "the server hears" | "the server says", text: string];

export interface Play {
  what: string;
  /** What comes before the address. */
  args: string[];
  steps: Step[];
  code?: number;
  /** Why it cannot be relied on yet. */
  ignore?: string;
}

const tim = ["--dialect", "chat10", "--username", "tim"];

export const CHAT10: Play[] = [
  {
    what: "chat10: what one says is shown at once, and LEAVE is sent before the end",
    args: tim,
    steps: [
      ["the server accepts"],
      ["the server hears", chat10("JOIN", "tim")],
      ["types", "hello"],
      ["shows", "tim: hello"],
      ["the server hears", chat10("TEXT", "tim", "hello")],
      ["the server says", chat10("JOIN", "shafer")],
      ["shows", "*** shafer has joined the chat"],
      ["the server says", chat10("TEXT", "shafer", "My first chat message!")],
      ["shows", "shafer: My first chat message!"],
      ["types", "žluť"],
      ["shows", "tim: žluť"],
      ["the server hears", chat10("TEXT", "tim", "žluť")],
      ["the server says", chat10("LEAVE", "shafer")],
      ["shows", "*** shafer has left the chat"],
      ["its input ends"],
      ["the server hears", chat10("LEAVE", "tim")],
      ["the server hears the end"],
      ["the server closes"],
    ],
  },
  {
    what: "chat10: several messages at once, and what makes no sense, are read like a stream",
    args: tim,
    steps: [
      ["the server accepts"],
      ["the server hears", chat10("JOIN", "tim")],
      [
        "the server says",
        'CHAT/1.0 TEXT\r\n"Msg-len" : "2"\r\n"Username" : "bob"\r\n\r\nhi' +
        chat10("TEXT", "", "nobody") + "CHAT/1.0 TEXT\r\nUsername: bob\r\n\r\n" +
        chat10("TEXT", "bob", "a\nb") + "\r\n" + chat10("TEXT", "bob", "the end"),
      ],
      ["shows", "bob: hi"],
      ["shows", "bob: a␊b"],
      ["shows", "bob: the end"],
      ["types", "/q"],
      ["the server hears", chat10("LEAVE", "tim")],
      ["the server hears the end"],
      ["the server closes"],
    ],
  },
  {
    what: "chat10: a server that goes is said to have gone, with code 1",
    args: tim,
    code: 1,
    steps: [
      ["the server accepts"],
      ["the server hears", chat10("JOIN", "tim")],
      ["the server closes"],
    ],
  },
];

const server = (text: string) => ndjson("[Server]", text);
const nameless = ["--dialect", "ndjson"];

export const NDJSON: Play[] = [
  {
    what: "ndjson: the example of the document is shown as it is printed there",
    args: nameless,
    steps: [
      ["the server accepts"],
      ["the server says", server("127.0.0.1:57354 has entered the chat")],
      ["shows", "[Server]: 127.0.0.1:57354 has entered the chat"],
      ["types", "hello"],
      ["the server hears", '{"type": "message", "data": "hello"}\n'],
      ["the server says", ndjson("127.0.0.1:57354", "hello")],
      ["shows", "127.0.0.1:57354: hello"],
      ["types", "/setname Kobzol"],
      ["the server hears", '{"type": "set-name", "data": "Kobzol"}\n'],
      ["the server says", server("127.0.0.1:57354 renamed to Kobzol")],
      ["shows", "[Server]: 127.0.0.1:57354 renamed to Kobzol"],
      ["types", "hello"],
      ["the server hears", '{"type": "message", "data": "hello"}\n'],
      ["the server says", ndjson("Kobzol", "hello")],
      ["shows", "Kobzol: hello"],
      ["its input ends"],
      ["the server hears the end"],
      ["the server closes"],
    ],
  },
  {
    what: "ndjson: users, history, a bare /setname, and what any other server's JSON may look like",
    args: nameless,
    steps: [
      ["the server accepts"],
      ["types", "/setname"],
      ["shows", "Usage: /setname <name>"],
      ["types", "/users"],
      ["the server hears", '{"type": "users", "data": ""}\n'],
      ["the server says", server("('Kobzol', '127.0.0.1:57544')")],
      ["shows", "[Server]: ('Kobzol', '127.0.0.1:57544')"],
      ["types", "/history"],
      ["the server hears", '{"type": "history", "data": ""}\n'],
      ["the server says", '{"data":{"message":"\\u017eluť","source":"a: b"},"type":"message"}\r\n'],
      ["shows", "a: b: žluť"],
      ["the server says", '{"type": "message", "data": {"source": "x", "message": {"a": 1}}}\n'],
      ["shows", 'x: {"a": 1}'],
      ["the server says", '{"type": "other"}\n{"type": "message", "data": "odd"}\n'],
      ["types", "žluť"],
      ["the server hears", '{"type": "message", "data": "\\u017elu\\u0165"}\n'],
      ["the server closes"],
      ["shows", "Server disconnected"],
    ],
  },
  {
    what: "ndjson: a name that was asked for is asked for at once",
    args: [...nameless, "--nick", "Kobzol"],
    steps: [
      ["the server accepts"],
      ["the server hears", '{"type": "set-name", "data": "Kobzol"}\n'],
      ["the server closes"],
      ["shows", "Server disconnected"],
    ],
  },
];

export const WELCOME: Step[] = [
  ["the server accepts"],
  ["shows", "Welcome to Chat Client. Enter your login:"],
];

const LOGGED_IN: Step[] = [
  ...WELCOME,
  ["types", "alice"],
  ["the server hears", "HELLO-FROM alice\n"],
  ["the server says", "HELLO alice\n"],
  ["shows", "Successfully logged in as alice!"],
];

export const VU: Play[] = [
  {
    what: "vu: every sentence of the document, and nothing else",
    args: ["--dialect", "vu"],
    steps: [
      ...LOGGED_IN,
      ["types", "!who"],
      ["the server hears", "LIST\n"],
      ["the server says", "LIST-OK echobot,alice\n"],
      ["shows", "There are 2 online users:"],
      ["shows", "echobot"],
      ["shows", "alice"],
      ["types", "@echobot hello  there"],
      ["the server hears", "SEND echobot hello  there\n"],
      ["the server says", "SEND-OK\nDELIVERY echobot hello  there\n"],
      ["shows", "The message was sent successfully"],
      ["shows", "From echobot: hello  there"],
      ["types", "@nobody hi"],
      ["the server hears", "SEND nobody hi\n"],
      ["the server says", "BAD-DEST-USER\n"],
      ["shows", "The destination user does not exist"],
      ["types", "@nobody hi"],
      ["the server hears", "SEND nobody hi\n"],
      ["the server says", "UNKNOWN\n"],
      ["shows", "The destination user does not exist"],
      // Of no format: ignored.
      ["types", "hello"],
      ["types", "@bob"],
      ["types", "who"],
      ["types", ""],
      // Its text is empty, and yet it is of the format.
      ["types", "@bob "],
      ["the server hears", "SEND bob \n"],
      ["the server says", "BAD-RQST-BODY\n"],
      ["shows", "Error: Unknown issue in previous message body."],
      ["types", "@bob x"],
      ["the server hears", "SEND bob x\n"],
      ["the server says", "BAD-RQST-HDR\n"],
      ["shows", "Error: Unknown issue in previous message header."],
      ["types", "!quit"],
      ["the server hears the end"],
    ],
  },
  {
    what: "vu: a login is tried again on the same connection",
    args: ["--dialect", "vu"],
    steps: [
      ...WELCOME,
      ["types", "bob"],
      ["the server hears", "HELLO-FROM bob\n"],
      ["the server says", "IN-USE\n"],
      ["shows", "Cannot log in as bob. That username is already in use."],
      ["types", "al!ce"],
      ["the server hears", "HELLO-FROM al!ce\n"],
      ["the server says", "BAD-RQST-BODY\n"],
      ["shows", "Cannot log in as al!ce. That username contains disallowed characters."],
      ["types", "two words"],
      ["the server hears", "HELLO-FROM two words\n"],
      ["the server says", "BAD-RQST-BODY\n"],
      ["shows", "Cannot log in as two words. That username contains disallowed characters."],
      ["types", "alice"],
      ["the server hears", "HELLO-FROM alice\n"],
      ["the server says", "HELLO alice\n"],
      ["shows", "Successfully logged in as alice!"],
      ["types", "!quit"],
      ["the server hears the end"],
    ],
  },
  {
    what: "vu: a login is tried again on another connection when the server ends the first",
    args: ["--dialect", "vu"],
    steps: [
      ...WELCOME,
      ["types", "bob"],
      ["the server hears", "HELLO-FROM bob\n"],
      ["the server says", "IN-USE\n"],
      ["shows", "Cannot log in as bob. That username is already in use."],
      ["the server closes"],
      ["the server accepts"],
      ["types", "b@b"],
      ["the server hears", "HELLO-FROM b@b\n"],
      ["the server says", "BAD-RQST-BODY\n"],
      ["the server closes"],
      ["shows", "Cannot log in as b@b. That username contains disallowed characters."],
      ["the server accepts"],
      ["types", "alice"],
      ["the server hears", "HELLO-FROM alice\n"],
      ["the server says", "HELLO alice\n"],
      ["shows", "Successfully logged in as alice!"],
      ["types", "!quit"],
      ["the server hears the end"],
    ],
  },
  {
    what: "vu: a full server ends the program",
    args: ["--dialect", "vu"],
    steps: [
      ...WELCOME,
      ["types", "alice"],
      ["the server hears", "HELLO-FROM alice\n"],
      ["the server says", "BUSY\n"],
      ["shows", "Cannot log in. The server is full!"],
      ["the server hears the end"],
    ],
  },
  {
    what: "vu: !quit before login sends nothing",
    args: ["--dialect", "vu"],
    steps: [...WELCOME, ["types", "!quit"], ["the server hears the end"]],
  },
  {
    what: "vu: what a stranger writes is shown so that no terminal obeys it, on one line",
    args: ["--dialect", "vu", "-n", "alice"],
    steps: [
      ["the server accepts"],
      ["the server hears", "HELLO-FROM alice\n"],
      ["the server says", "HELLO alice\nDELIVERY bob \x1b[2Jhi\rFrom carol: no\n"],
      ["shows", "Successfully logged in as alice!"],
      ["shows", "From bob: ␛[2Jhi␍From carol: no"],
      ["types", "!quit"],
      ["the server hears the end"],
    ],
  },
];
