/** What can be set of `chat serve`: its flags, its variables and server.toml are made from this table. */
import { choice, integer, number, type Options, text, toggle, type Values } from "./options.ts";

const KB = 1024;
const MB = 1024 * KB;

/** The settings of `chat serve`, given the names of the protocols that there are. */
export const serveOptions = (dialects: readonly string[]) => ({
  host: text("0.0.0.0", "Address to listen on: 0.0.0.0 is every network of this machine.", {
    section: "Where the server listens",
    short: "H",
    needsRestart: true,
  }),
  port: integer(3490, "Port to listen on; 0 lets the system choose a free one.", {
    short: "p",
    max: 65535,
    needsRestart: true,
  }),
  dialect: text("auto", "The one protocol spoken, or auto: told by a connection's first bytes.", {
    choices: ["auto", ...dialects],
    perListener: true,
    needsRestart: true,
  }),

  db: text(
    "",
    'File that keeps the messages; ":memory:" keeps them for this run only; ' +
      "empty is chat.db in the system's data directory.",
    { section: "What is kept", needsRestart: true },
  ),
  durability: choice(
    ["process", "power"],
    "process",
    "What a message shown has survived: process = the server's end, " +
      "kill -9 too; power = the machine's end as well, at the price of an fsync each turn.",
    { needsRestart: true },
  ),

  keep_days: number(0, "Messages older than this are deleted, soon after; 0 keeps them for ever.", {
    max: 100_000,
    perRoom: true,
  }),
  keep_messages: integer(0, "Most messages kept of each room, the newest; 0 keeps all of them.", {
    perRoom: true,
  }),
  keep_megabytes: number(
    0,
    "The size that the database may have; what is oldest is deleted when it grows larger. " +
      "0 sets no limit.",
  ),

  lobby: text("lobby", "The room of clients whose protocol has no rooms.", {
    section: "The chat",
    needsRestart: true,
  }),
  replay_messages: integer(
    50,
    "Earlier messages shown to someone who joins a room by the native protocol; on others /history shows them.",
    {
      max: 1000,
    },
  ),
  history_messages: integer(500, "Most messages that one history request brings.", {
    min: 1,
    max: 10_000,
  }),
  resume_seconds: number(
    120,
    "How long somebody whose connection broke keeps their name and rooms, if their client can come " +
      "back to them; nobody else is told. 0 lets them leave at once.",
    { max: 86_400 },
  ),
  default_dialect: text(
    "",
    "The protocol of those who connect and say nothing for a while; empty waits for their first bytes.",
    { choices: ["", ...dialects], perListener: true },
  ),
  default_dialect_seconds: number(3, "How long that while is.", { perListener: true }),
  room_talk: choice(
    ["auto", "on", "off"],
    "auto",
    "Whether clients whose protocol has direct messages only are told the lobby's talk: " +
      "auto = on where protocols are told apart, off where such a one alone is spoken.",
    { perListener: true },
  ),
  ascii: toggle(
    false,
    'Whether letters beyond ASCII are replaced by "?", on wires whose clients may not read them.',
    { perListener: true },
  ),
  pace_milliseconds: integer(
    5,
    "Time between two messages to clients that take what one recv() returns for one message, as those " +
      "of CHAT/1.0 do; 0 sends them together.",
    { max: 1000, perListener: true },
  ),
  notices: toggle(
    false,
    "Whether clients whose protocol has no word for it are told the " +
      'server\'s notices as chat from "*server*".',
    { perListener: true },
  ),
  slash_commands: toggle(
    true,
    "Whether the server obeys /me, /message, /users ... typed into " +
      "clients that send them as plain text.",
    { perListener: true },
  ),

  web: toggle(
    true,
    "Whether browsers get the page, its WebSocket and the HTTP API, on the same port as all others.",
    { section: "The web", perListener: true, needsRestart: true },
  ),
  web_hosts: text(
    "",
    "Names that browsers may know this server by, with commas between them, beside its addresses, " +
      "localhost and the machine's own name. A page under any other name is refused: it could be " +
      "somebody else's, whose name leads here.",
  ),
  web_origins: text(
    "",
    "Sites whose pages may connect to this server, with commas between them: " +
      '"https://example.org". Its own page always may.',
  ),
  dashboard_public: toggle(
    false,
    "Whether /dashboard is for everybody; else it is for browsers on the server's own machine.",
  ),
  metrics_public: toggle(false, "Whether /metrics, /healthz and /readyz are, likewise."),
  tls_cert: text(
    "",
    "File with the certificate in PEM, and the chain that vouches for it: with it, connections may " +
      "be encrypted, and on a port for one protocol they must be. Read again on SIGHUP.",
    { section: "Encryption", perListener: true },
  ),
  tls_key: text("", "File with the certificate's private key in PEM.", { perListener: true }),

  claim: choice(
    ["ask", "auto", "off"],
    "ask",
    "How a name becomes somebody's own: ask = when they type /claim; auto = also when they first come " +
      "with a key under a name that is free; off = not at all.",
    { section: "Whose names are" },
  ),
  claim_days: number(
    365,
    "How long a name belongs to somebody who does not come; 0 is for ever.",
    { max: 100_000 },
  ),
  max_claims: integer(100_000, "Most names that belong to anybody."),
  max_claims_per_key: integer(5, "Most names that belong to one key.", { min: 1 }),
  guests: toggle(
    true,
    "Whether somebody whose protocol cannot prove who they are is let in as NAME-guest, when NAME is " +
      "somebody's; else they are refused.",
  ),
  public_addresses: text(
    "",
    "Addresses that people reach this server by and that it does not see itself, behind a router or in " +
      'a container, with commas between them: "203.0.113.5:3490". Keys are proved for one address.',
  ),
  operators: text(
    "",
    "Keys of those who may do anything, with commas between them: `chat key show` shows one's own.",
    { section: "Order" },
  ),
  server_password: text(
    "",
    "What everybody has to know who comes; empty lets everybody in. In a file it may be written as " +
      'password = "..." in a [server] table.',
    { isSecret: true },
  ),

  max_connections: integer(10_000, "Most connections at once; one more is closed unheard.", {
    section: "Limits: each is there so that no peer can use the server up",
    min: 1,
  }),
  max_connections_per_address: integer(
    256,
    "Most connections at once from one address: a class behind one router. Of IPv6 the first 64 bits " +
      "count as one. One more is told that the server is full, if it can be.",
    { min: 1 },
  ),
  burst_connections_per_address: integer(
    512,
    "Connections that may come from one address at once, as after a break in its network, when all of " +
      "that class come back with a page each.",
    { min: 1 },
  ),
  connections_per_second_per_address: number(
    20,
    "Connections a second that may go on coming from it; one more is closed unheard. 0 sets no limit.",
  ),
  trusted: text(
    "",
    'Networks with commas between them, "127.0.0.1/8, 2001:db8::/32": for those who come from there only ' +
      "max_connections and max_users hold, and they may talk as fast as they like. Not for the address of " +
      "a proxy, from which everybody seems to come.",
  ),
  max_users: integer(10_000, "Most people at once; one more is told that the server is full.", {
    min: 1,
    perListener: true,
  }),
  max_kept_places: integer(
    1000,
    "Most people whose connection broke that are waited for; one more lets go of the first.",
  ),
  max_rooms: integer(1000, "Most rooms with somebody in them.", { min: 1 }),
  max_rooms_per_user: integer(50, "Most rooms that one person is in.", { min: 1 }),
  max_members_per_room: integer(
    10_000,
    "Most people in one room: what one of them says costs as much as there are.",
    { min: 1 },
  ),
  max_text_bytes: integer(100_000, "Longest text of one message, in bytes of UTF-8.", {
    min: 100,
    max: MB,
  }),
  max_message_bytes: integer(MB, "Longest message on the native wire, its chunks together.", {
    min: KB,
    max: 16 * MB,
    needsRestart: true,
  }),
  max_queue_bytes: integer(
    4 * MB,
    "Bytes that may wait for a peer that reads slowly, before it " +
      "is cut.",
    { min: 64 * KB },
  ),
  max_queue_total_bytes: integer(
    256 * MB,
    "Memory for what waits for all such peers together, where it is not the same for many; past it those " +
      "are cut who have taken nothing for longest and have more than their share.",
    { min: 64 * KB },
  ),
  max_queue_seconds: number(30, "Time that they may wait, before it is cut.", { min: 1 }),
  burst_commands: integer(
    10,
    "Commands that a peer may send at once; past that it is slowed, " +
      "never cut.",
    { min: 1 },
  ),
  commands_per_second: number(
    4,
    "Commands a second that a peer may go on sending; " +
      "0 sets no limit.",
  ),
  renames_per_minute: number(
    6,
    "Other names, topics and claims a minute that somebody may go on taking or making, after a few at " +
      "once: everybody in their rooms is told of them, or they are kept. 0 sets no limit.",
  ),
  hello_timeout_seconds: number(
    300,
    "Time from connecting to having a nick: minutes, for " +
      "people who type it.",
    { min: 0.1, perListener: true },
  ),
  frame_timeout_seconds: number(30, "Time from a message's first byte to its last.", { min: 0.1 }),
  ping_seconds: number(
    60,
    "Silence after which a peer is asked whether it is there, where its " +
      "protocol can ask; as much silence again cuts it.",
    { min: 1 },
  ),

  log: choice(
    ["auto", "text", "json", "off"],
    "auto",
    "How events are logged to stderr: auto = text on a terminal, else JSON.",
    { section: "Logging" },
  ),
} satisfies Options);

export type ServeOptions = ReturnType<typeof serveOptions>;
export type ServeValues = Values<ServeOptions>;

/** The keys of a `[[room]]` table, beside those above that may be set per room. */
export const ROOM = {
  name: text("", "The room that it is about."),
} satisfies Options;

/** The keys of a `[[bot]]` table. */
export const BOT = {
  nick: text("", "The name that it speaks under; nobody else can have it."),
  token: text("", "Its secret, at least 16 characters. Whoever has it may speak as this bot."),
  token_file: text("", "A file that holds its secret, so that this one need not."),
  token_sha256: text(
    "",
    "The SHA-256 of its secret in hexadecimal, so that no file here holds it.",
  ),
  rooms: text(
    "",
    "The rooms that it may use, with commas between; empty is every room that is not locked.",
  ),
} satisfies Options;

/** The keys of a `[[listen]]` table, beside those above that may be set per listener. */
export const LISTEN = {
  address: text("", 'Where this listener listens: "127.0.0.1:8765", "[::1]:8765" or "8765".'),
} satisfies Options;
