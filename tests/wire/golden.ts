/**
 * Conversations written down: the documents' examples, and what public programs of each document were
 * recorded to say. Where this server answers otherwise than the recorded one, a comment says so.
 */

/** What somebody, or each of several, does next; of a text each character is a byte. */
export type Step =
  | readonly [who: string, does: "sends" | "receives", bytes: string]
  | readonly [who: string, does: "connects" | "hangs up" | "is hung up on"]
  /** Waits, where no answer says it, until the server knows them. */
  | readonly [who: string, does: "is let in"];

export interface Play {
  what: string;
  /** What the listener speaks. */
  dialect: "auto" | "chat10" | "ndjson" | "vu";
  steps: readonly Step[];
}

const chat10 = (method: string, username: string) =>
  `CHAT/1.0 ${method}\r\nUsername: ${username}\r\n\r\n`;

const chat10Text = (username: string, length: number, text: string) =>
  `CHAT/1.0 TEXT\r\nUsername: ${username}\r\nMsg-len: ${length}\r\n\r\n${text}`;

const CHAT10_EXAMPLE: Play = {
  what: "the three examples of the CHAT/1.0 document",
  dialect: "auto",
  steps: [
    ["alice", "connects"],
    ["alice", "sends", "CHAT/1.0 JOIN\r\nUsername: alice\r\n\r\n"],
    ["alice", "is let in"],
    ["shafer", "connects"],
    ["shafer", "sends", "CHAT/1.0 JOIN\r\nUsername: shafer\r\n\r\n"],
    ["alice", "receives", "CHAT/1.0 JOIN\r\nUsername: shafer\r\n\r\n"],
    [
      "shafer",
      "sends",
      "CHAT/1.0 TEXT\r\nUsername: shafer\r\nMsg-len: 22\r\n\r\nMy first chat message!",
    ],
    [
      "alice",
      "receives",
      "CHAT/1.0 TEXT\r\nUsername: shafer\r\nMsg-len: 22\r\n\r\nMy first chat message!",
    ],
    ["shafer", "sends", "CHAT/1.0 LEAVE\r\nUsername: shafer\r\n\r\n"],
    ["alice", "receives", "CHAT/1.0 LEAVE\r\nUsername: shafer\r\n\r\n"],
    ["shafer", "is hung up on"],
    ["alice", "hangs up"],
    ["alice", "is hung up on"],
  ],
};

const CHAT10_RECORDED: Play = {
  what: "two public programs of CHAT/1.0, as they were recorded",
  dialect: "auto",
  steps: [
    ["alice", "connects"],
    ["alice", "sends", chat10("JOIN", "alice")],
    ["alice", "is let in"],
    ["bob", "connects"],
    ["bob", "sends", chat10("JOIN", "bob")],
    ["alice", "receives", chat10("JOIN", "bob")],
    ["alice", "sends", chat10Text("alice", 9, "Hello Bob")],
    ["bob", "receives", chat10Text("alice", 9, "Hello Bob")],
    ["bob", "sends", chat10Text("bob", 18, "hi Alice: 100% ok?")],
    ["alice", "receives", chat10Text("bob", 18, "hi Alice: 100% ok?")],
    ["alice", "sends", chat10Text("alice", 14, "second message")],
    ["bob", "receives", chat10Text("alice", 14, "second message")],
    ["alice", "sends", chat10("LEAVE", "alice")],
    ["bob", "receives", chat10("LEAVE", "alice")],
    ["alice", "is hung up on"],
    ["bob", "hangs up"],
    ["bob", "is hung up on"],
  ],
};

/** As Python's json.dumps writes it, and the line's end. */
const line = (source: string, message: string) =>
  `{"type": "message", "data": {"source": "${source}", "message": "${message}"}}\n`;

const server = (message: string) => line("[Server]", message);

const NDJSON_EXAMPLE: Play = {
  what: "the example of the newline-JSON document",
  dialect: "ndjson",
  steps: [
    ["client", "connects"],
    ["client", "receives", server("127.0.0.1:5001 has entered the chat")],
    ["client", "sends", '{"type": "message", "data": "hello"}\n'],
    ["client", "receives", line("127.0.0.1:5001", "hello")],
    ["client", "sends", '{"type": "set-name", "data": "Kobzol"}\n'],
    ["client", "receives", server("127.0.0.1:5001 renamed to Kobzol")],
    ["client", "sends", '{"type": "message", "data": "hello"}\n'],
    ["client", "receives", line("Kobzol", "hello")],
    ["client", "hangs up"],
    ["client", "is hung up on"],
  ],
};

/** Where protocols are told apart the greeting follows the first line; else it is the same conversation. */
const NDJSON_DETECTED: Play = {
  what: "the example of the newline-JSON document, where other protocols are spoken too",
  dialect: "auto",
  steps: [
    NDJSON_EXAMPLE.steps[0]!,
    NDJSON_EXAMPLE.steps[2]!,
    NDJSON_EXAMPLE.steps[1]!,
    ...NDJSON_EXAMPLE.steps.slice(3),
  ],
};

/** The recorded ports were 57534, 57544 and so on; here they count from 5001. */
const NDJSON_RECORDED: Play = {
  what: "two public clients of newline JSON, as they were recorded",
  dialect: "ndjson",
  steps: [
    ["1", "connects"],
    ["1", "receives", server("127.0.0.1:5001 has entered the chat")],
    ["2", "connects"],
    ["1 2", "receives", server("127.0.0.1:5002 has entered the chat")],
    ["1", "sends", '{"type": "message", "data": "hello"}\n'],
    ["1 2", "receives", line("127.0.0.1:5001", "hello")],
    ["1", "sends", '{"type": "set-name", "data": "Kobzol"}\n'],
    ["1 2", "receives", server("127.0.0.1:5001 renamed to Kobzol")],
    ["1", "sends", '{"type": "message", "data": "hello again \\u017elu\\u0165"}\n'],
    ["1 2", "receives", line("Kobzol", "hello again \\u017elu\\u0165")],
    ["2", "sends", '{"type": "message", "data": "hi there"}\n'],
    ["1 2", "receives", line("127.0.0.1:5002", "hi there")],
    ["2", "sends", '{"type": "users"}\n'],
    // Recorded: a Python tuple, ('Kobzol', '127.0.0.1:57544').
    ["2", "receives", server("Users: Kobzol, 127.0.0.1:5002")],
    ["2", "sends", '{"type": "history"}\n'],
    // Recorded: a Python tuple of tuples, said by the server.
    [
      "2",
      "receives",
      line("127.0.0.1:5001", "hello") +
      line("Kobzol", "hello again \\u017elu\\u0165") +
      line("127.0.0.1:5002", "hi there"),
    ],
    ["2", "sends", '{"type": "set-name", "data": "Kobzol"}\n'],
    // Recorded: two had the same name from here on.
    ["2", "receives", server("Kobzol: somebody here has that name, or one that looks like it")],
    ["2", "sends", '{"type": "message", "data": "dup name ok"}\n'],
    ["1 2", "receives", line("127.0.0.1:5002", "dup name ok")],
    ["1", "sends", '{"type": "message", "data": "/foo bar"}\n'],
    ["1 2", "receives", line("Kobzol", "/foo bar")],
    // Recorded: an empty message, which is ignored here.
    ["1", "sends", '{"type": "message", "data": ""}\n'],
    ["1", "hangs up"],
    ["1", "is hung up on"],
    ["2", "receives", server("Kobzol has left the chat")],
    ["2", "hangs up"],
    ["2", "is hung up on"],
  ],
};

/** Recorded: the connection was closed on each of these, or nothing was said; here it is kept. */
const NDJSON_MISTAKES: [sent: string, answer: string][] = [
  ["not json\n", server("this is not JSON")],
  [
    '{"type":"nope","data":""}\n',
    server('\\"type\\" should be message, set-name, users or history'),
  ],
  ['{"type":"message"}\n', server('\\"data\\" should be the text of the message')],
  ["[1]\n", server("the JSON is not an object")],
  ["\n", server("this is not JSON")],
  // Recorded: sent on as it is, {"a": 1}.
  ['{"type":"message","data":{"a":1}}\n', server('\\"data\\" should be the text of the message')],
];

const NDJSON_RECORDED_MISTAKES: Play = {
  what: "the recorded mistakes of newline-JSON clients, each on a connection of its own",
  dialect: "ndjson",
  steps: [
    ["2", "connects"],
    ["2", "receives", server("127.0.0.1:5001 has entered the chat")],
    ...NDJSON_MISTAKES.flatMap(([sent, answer], index): Step[] => {
      const who = `${index + 3}`;
      const name = `127.0.0.1:${5002 + index}`;
      return [
        [who, "connects"],
        [`2 ${who}`, "receives", server(`${name} has entered the chat`)],
        [who, "sends", sent],
        [who, "receives", answer],
        [who, "sends", '{"type": "message", "data": "still here"}\n'],
        [`2 ${who}`, "receives", line(name, "still here")],
        [who, "hangs up"],
        [who, "is hung up on"],
        ["2", "receives", server(`${name} has left the chat`)],
      ];
    }),
    ["2", "hangs up"],
    ["2", "is hung up on"],
  ],
};

const VU_EXAMPLE: Play = {
  what: "the exchanges of the HELLO-FROM document, every command and reply",
  dialect: "auto",
  steps: [
    ["alice", "connects"],
    ["alice", "sends", "HELLO-FROM alice\n"],
    ["alice", "receives", "HELLO alice\n"],
    ["bob", "connects"],
    ["bob", "sends", "HELLO-FROM alice\n"],
    ["bob", "receives", "IN-USE\n"],
    ["bob", "sends", "HELLO-FROM b@b\n"],
    ["bob", "receives", "BAD-RQST-BODY\n"],
    ["bob", "sends", "HELLO-FROM bob\n"],
    ["bob", "receives", "HELLO bob\n"],
    ["alice", "sends", "LIST\n"],
    ["alice", "receives", "LIST-OK alice,bob\n"],
    ["alice", "sends", "SEND bob insert your message here\n"],
    ["alice", "receives", "SEND-OK\n"],
    ["bob", "receives", "DELIVERY alice insert your message here\n"],
    ["alice", "sends", "SEND nobody hi\n"],
    ["alice", "receives", "BAD-DEST-USER\n"],
    ["alice", "hangs up"],
    ["alice", "is hung up on"],
    ["bob", "hangs up"],
    ["bob", "is hung up on"],
  ],
};

/** Connections of which each says one thing, before any login. */
const VU_FIRST_LINES: [sent: string, answer: string][] = [
  // Recorded: the connection was closed on each of these; here it is kept.
  ["HELLO-FROM al!ce\n", "BAD-RQST-BODY\n"],
  ["HELLO-FROM !who\n", "BAD-RQST-BODY\n"],
  ["LIST\n", "BAD-RQST-HDR\n"],
  ["SEND bob hi\n", "BAD-RQST-HDR\n"],
  ["FOO\n", "BAD-RQST-HDR\n"],
  ["HELLO-FROM\n", "BAD-RQST-BODY\n"],
  ["HELLO-FROM \n", "BAD-RQST-BODY\n"],
  ["HELLO-FROM a b\n", "BAD-RQST-BODY\n"],
  ["HELLO-FROM a,b\n", "BAD-RQST-BODY\n"],
  // Recorded: BAD-RQST-BODY for these three; the document forbids !@#$%^&*, and spaces only.
  ["HELLO-FROM a-b\n", "HELLO a-b\n"],
  ["HELLO-FROM a_b\n", "HELLO a_b\n"],
  ["HELLO-FROM \xc5\xbelut\n", "HELLO \xc5\xbelut\n"],
];

const VU_RECORDED_LOGINS: Play = {
  what: "the recorded first lines of HELLO-FROM clients, each on a connection of its own",
  dialect: "vu",
  steps: VU_FIRST_LINES.flatMap(([sent, answer], index): Step[] => [
    [`${index}`, "connects"],
    [`${index}`, "sends", sent],
    [`${index}`, "receives", answer],
    [`${index}`, "hangs up"],
    [`${index}`, "is hung up on"],
  ]),
};

/** Recorded: the course's server has its own echobot, who is the first in each list. */
const VU_RECORDED: Play = {
  what: "public clients of HELLO-FROM, as they were recorded",
  dialect: "vu",
  steps: [
    ["alice", "connects"],
    ["alice", "sends", "HELLO-FROM alice\n"],
    ["alice", "receives", "HELLO alice\n"],
    ["alice", "sends", "SEND alice reply\n"],
    ["alice", "receives", "SEND-OK\nDELIVERY alice reply\n"],
    ["alice", "sends", "LIST\n"],
    ["alice", "receives", "LIST-OK alice\n"],
    ["carol", "connects"],
    ["carol", "sends", "HELLO-FROM carol\r\n"],
    ["carol", "receives", "HELLO carol\n"],
    ["carol", "sends", "LIST\r\n"],
    ["carol", "receives", "LIST-OK alice,carol\n"],
    ["carol", "sends", "SEND carol hi\r\n"],
    ["carol", "receives", "SEND-OK\nDELIVERY carol hi\n"],
    ["carol", "hangs up"],
    ["carol", "is hung up on"],
    ["dave", "connects"],
    ["dave", "sends", "HELLO-FROM dave\n"],
    ["dave", "receives", "HELLO dave\n"],
    ["dave", "sends", "HELLO-FROM dave2\n"],
    ["dave", "receives", "BAD-RQST-HDR\n"],
    ["dave", "sends", "FOO\n"],
    ["dave", "receives", "BAD-RQST-HDR\n"],
    ["dave", "sends", "list\n"],
    ["dave", "receives", "BAD-RQST-HDR\n"],
    ["dave", "sends", "LIST x\n"],
    ["dave", "receives", "BAD-RQST-HDR\n"],
    ["dave", "sends", "SEND\n"],
    ["dave", "receives", "BAD-RQST-BODY\n"],
    ["dave", "sends", "SEND bob\n"],
    ["dave", "receives", "BAD-RQST-BODY\n"],
    ["dave", "sends", "SEND  bob  x\n"],
    ["dave", "receives", "BAD-DEST-USER\n"],
    ["dave", "sends", "SENDbob x\n"],
    ["dave", "receives", "BAD-RQST-BODY\n"],
    ["dave", "sends", "\n"],
    ["dave", "receives", "BAD-RQST-HDR\n"],
    ["dave", "hangs up"],
    ["dave", "is hung up on"],
    ["erin", "connects"],
    ["erin", "sends", "HELLO-FROM erin\nLIST\nSEND erin a\nSEND erin b\n"],
    [
      "erin",
      "receives",
      "HELLO erin\nLIST-OK alice,erin\nSEND-OK\nDELIVERY erin a\nSEND-OK\nDELIVERY erin b\n",
    ],
    ["erin", "hangs up"],
    ["erin", "is hung up on"],
    ["frank", "connects"],
    ["frank", "sends", "HELLO-F"],
    ["frank", "sends", "ROM fr"],
    ["frank", "sends", "ank\n"],
    ["frank", "receives", "HELLO frank\n"],
    ["frank", "hangs up"],
    ["frank", "is hung up on"],
    ["alice", "hangs up"],
    ["alice", "is hung up on"],
  ],
};

const LONG = "y".repeat(70_000);

const VU_RECORDED_LONG: Play = {
  what: "the longest recorded message of HELLO-FROM, of 70,000 bytes",
  dialect: "vu",
  steps: [
    ["gina", "connects"],
    ["gina", "sends", "HELLO-FROM gina\n"],
    ["gina", "receives", "HELLO gina\n"],
    ["gina", "sends", `SEND gina ${LONG}\n`],
    ["gina", "receives", `SEND-OK\nDELIVERY gina ${LONG}\n`],
    ["gina", "hangs up"],
    ["gina", "is hung up on"],
  ],
};

/** The document of bgnet0 and its recorded programs are played over sockets, in tests/end_to_end. */
export const PLAYS: readonly Play[] = [
  CHAT10_EXAMPLE,
  CHAT10_RECORDED,
  NDJSON_EXAMPLE,
  NDJSON_DETECTED,
  NDJSON_RECORDED,
  NDJSON_RECORDED_MISTAKES,
  VU_EXAMPLE,
  VU_RECORDED_LOGINS,
  VU_RECORDED,
  VU_RECORDED_LONG,
];
