/** `[[bot]]` tables: programs that speak and read by HTTP, and the secrets that they are known by. */
import { ConfigError } from "./error.ts";
import { readTable } from "./load.ts";
import type { Options } from "./options.ts";
import { BOT } from "./serve_options.ts";
import { quote } from "./quote.ts";
import { refuseOuterKeys, type Table, tablesOf } from "./tables.ts";
import type { Toml } from "./toml.ts";

/** A bot as it is written: of the three that tell its token, one is set. */
export interface BotSettings {
  nick: string;
  token: string;
  token_file: string;
  token_sha256: string;
  /** As they are written; none means all. */
  rooms: string[];
  /** `server.toml:12`, for what is found to be wrong with it later. */
  where: string;
}

const MIN_TOKEN_LENGTH = 16;
const MAX_TOKEN_LENGTH = 200;
const TOKENS = ["token", "token_file", "token_sha256"] as const;

export function readBots({ options, toml }: { options: Options; toml: Toml }): BotSettings[] {
  return tablesOf("bot", toml).map(readBot);

  function readBot(table: Table, index: number): BotSettings {
    const where = (key: string) => toml.where("bot", index, key);
    refuseOuterKeys(table, { outer: options, own: BOT, name: "bot", where });
    const own = readTable(BOT, withRooms(table, where("rooms")), { where });
    const { rooms, ...values } = { ...defaults(), ...own } as Record<keyof typeof BOT, string>;
    if (values.nick === "") throw new ConfigError(`${where("nick")}: [[bot]] needs a nick`);
    const given = TOKENS.filter((key) => values[key] !== "");
    if (given.length !== 1) {
      throw new ConfigError(
        `${where(given[1] ?? "token")}: [[bot]] needs one of ${listOf(TOKENS)}`,
      );
    }
    // Neither of them is repeated: what is wrong with a secret may be a letter of it.
    if (values.token !== "" && !isToken(values.token)) {
      throw new ConfigError(`${where("token")}: token ${TOKEN_RULE}`);
    }
    if (values.token_sha256 !== "" && !/^[\da-f]{64}$/i.test(values.token_sha256)) {
      throw new ConfigError(`${where("token_sha256")}: token_sha256 must be 64 hexadecimal digits`);
    }
    return { ...values, rooms: names(rooms), where: where("nick") };
  }
}

/** What a token must be, in words that follow its name. */
export const TOKEN_RULE =
  `must be ${MIN_TOKEN_LENGTH} to ${MAX_TOKEN_LENGTH} ASCII characters without a blank`;

/** Whether a header can carry it, and nobody can guess it by its length. */
export function isToken(text: string): boolean {
  return text.length >= MIN_TOKEN_LENGTH && text.length <= MAX_TOKEN_LENGTH &&
    /^[!-~]*$/.test(text);
}

/** A list of rooms is as good as their names in one text. */
function withRooms(table: Table, where: string): Table {
  const { rooms } = table;
  if (!Array.isArray(rooms)) return table;
  const wrong = rooms.find((it) => typeof it !== "string" || it.includes(","));
  if (wrong === undefined) return { ...table, rooms: rooms.join(",") };
  throw new ConfigError(`${where}: rooms must be names in quotes, not ${quote(wrong)}`);
}

function names(rooms: string): string[] {
  return rooms.split(",").map((name) => name.trim()).filter((name) => name !== "");
}

function defaults() {
  return Object.fromEntries(Object.entries(BOT).map(([key, option]) => [key, option.default]));
}

function listOf(words: readonly string[]): string {
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
