/**
 * What can be set, once for all: flags, CHAT_... variables, the TOML files, `--help` and the
 * commented files are all made from these tables. This file must never read anything.
 */

export type Value = string | number | boolean;

/**
 * One setting. Its key in a table is its name everywhere: `max_text_bytes` in TOML is
 * `--max-text-bytes` as a flag and `CHAT_MAX_TEXT_BYTES` in the environment.
 */
export interface Option<V extends Value = Value> {
  kind: "text" | "integer" | "number" | "switch";
  default: V;
  /** What it is, and why it has this default. */
  help: string;
  /** Smallest and largest number allowed, both included. */
  min?: number;
  max?: number;
  /** The only values allowed. */
  choices?: readonly V[];
  /** A one-letter flag, without its dash. */
  short?: string;
  /** A `[[listen]]` table may set it for its own connections. */
  perListener?: boolean;
  /** A `[[room]]` table may set it for its own room. */
  perRoom?: boolean;
  /** A `[[server]]` table may set it for its own server. */
  perServer?: boolean;
  /** No command line sets it: others on the machine can read those. */
  isSecret?: boolean;
  /** It cannot change while the server runs. */
  needsRestart?: boolean;
  /** It belongs to one command line: no file or variable sets it. */
  flagOnly?: boolean;
  /** The help's heading that this option opens; those after it stay under it. */
  section?: string;
}

export type Options = Record<string, Option>;

/** The options that a file may set. */
export function ofFile(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, option]) => !option.flagOnly));
}

/** The values that a table of options has, once read. */
export type Values<T extends Options> = {
  [K in keyof T]: T[K] extends Option<infer V> ? V : never;
};

type More<V extends Value> = Omit<Option<V>, "kind" | "default" | "help">;

export function text(value: string, help: string, more: More<string> = {}): Option<string> {
  return { kind: "text", default: value, help, ...more };
}

export function choice<const C extends string>(
  choices: readonly C[],
  value: NoInfer<C>,
  help: string,
  more: More<C> = {},
): Option<C> {
  return { kind: "text", default: value, choices, help, ...more };
}

export function integer(value: number, help: string, more: More<number> = {}): Option<number> {
  return { kind: "integer", default: value, help, min: 0, max: 1e12, ...more };
}

export function number(value: number, help: string, more: More<number> = {}): Option<number> {
  return { kind: "number", default: value, help, min: 0, max: 1e9, ...more };
}

export function toggle(value: boolean, help: string, more: More<boolean> = {}): Option<boolean> {
  return { kind: "switch", default: value, help, ...more };
}

/** The settings of `chat connect`, given the names of the protocols that there are. */
export const connectOptions = (dialects: readonly string[]) => ({
  nick: text("", "The name to go by; the login name of this computer's user if empty.", {
    section: "Who and where",
    short: "n",
    perServer: true,
  }),
  server: text(
    "",
    "host:port of the server, or the name of a [[server]] table, when the command line names none; " +
      "empty is this computer.",
  ),
  dialect: text("native", "The protocol that the server speaks.", {
    choices: dialects,
    perServer: true,
  }),
  room: text("lobby", "The room to join.", { perServer: true }),
  extensions: toggle(false, "With bgnet0: say that we know the extra packets of this server."),

  identify: toggle(
    true,
    "Whether to prove to servers who you are, on protocols that can: by it a name is yours alone. They " +
      "see your public key, the same one everywhere.",
    { section: "Who you are, provably", perServer: true },
  ),
  key: text(
    "",
    "The file with the private key that proves it; empty is the one that `chat key show` names, which is " +
      "made when it is needed.",
    { perServer: true },
  ),
  password_file: text(
    "",
    "A file with the server's password in its first line, for servers that have one; without it you are " +
      "asked for it.",
    { perServer: true },
  ),

  plain: toggle(false, "Lines as they come, and no full screen.", { section: "How it looks" }),
  color: choice(
    ["auto", "always", "never"],
    "auto",
    "When to colour: auto = on a terminal that wants it.",
  ),
  nick_colors: toggle(true, "A colour for each nick, so that one sees who speaks before reading."),
  time: choice(["off", "hh:mm", "hh:mm:ss"], "hh:mm", "The time before each message."),
  wide_ambiguous: toggle(
    false,
    "Whether the terminal draws two columns wide what only East Asian ones do: turn it on where " +
      "such characters make lines too long.",
  ),

  mouse: toggle(
    true,
    "Whether the wheel scrolls; without it the terminal selects text as usual, and with it while " +
      "Shift is held.",
    { section: "How it behaves" },
  ),
  notify: choice(
    ["bell", "osc9", "off"],
    "bell",
    "What happens when somebody speaks to you: bell = the terminal's bell; osc9 = a message on the " +
      "desktop, by terminals that can; off = nothing.",
  ),

  tls: toggle(false, "Whether to encrypt the connection, to servers that have a certificate.", {
    section: "The connection",
    perServer: true,
  }),
  tls_ca: text(
    "",
    "A file with certificates in PEM that are trusted beside the usual ones, for servers that made theirs " +
      "themselves.",
    { perServer: true },
  ),
  connect_timeout_seconds: number(10, "Time for the server to answer.", {
    min: 0.1,
  }),
  reconnect_seconds: number(
    600,
    "How long to try again when the connection is lost, on protocols that can go on where they were; " +
      "0 gives up at once.",
  ),

  target: text("", "Another way to name the server's host.", {
    section: "For this time only",
    short: "a",
    flagOnly: true,
  }),
  port: integer(0, "Another way to name the server's port.", {
    short: "p",
    max: 65535,
    flagOnly: true,
  }),
  listen: toggle(false, "Stay when the input ends, and go on showing messages.", {
    flagOnly: true,
  }),
  json: toggle(false, "Show each event as a line of JSON, for other programs.", {
    flagOnly: true,
  }),
} satisfies Options);

export type ConnectOptions = ReturnType<typeof connectOptions>;
export type ConnectValues = Values<ConnectOptions>;

/** The keys of a `[[server]]` table, beside those above that may be set per server. */
export const SERVER = {
  name: text("", "What it is called on the command line."),
  address: text(
    "",
    'Where it listens: "chat.example.org:3490"; without a port, the protocol\'s own.',
  ),
  default: toggle(false, "Whether to go there when nobody says where."),
} satisfies Options;
