/** The bots that the settings name: who they are, by what they are known, and their places in the chat. */
import { isNick, isReserved, nickKeys, roomName } from "./chat/names.ts";
import { type BotSettings, isToken, TOKEN_RULE } from "./config/bots.ts";
import { ConfigError } from "./config/error.ts";
import { quote } from "./config/quote.ts";
import { type Account, Bearers, digestOf } from "./http/bearer.ts";
import { Bot, type BotOptions } from "./http/bot.ts";

export interface BotsOptions extends Omit<BotOptions, "nick" | "rooms" | "token"> {
  settings: readonly BotSettings[];
}

/** All bots of a server. */
export class Bots {
  readonly bearers: Bearers;
  /** By their nicks. */
  readonly byNick: ReadonlyMap<string, Bot>;

  /** Throws a ConfigError if one of them cannot be. */
  constructor({ settings, ...options }: BotsOptions) {
    const accounts = accountsOf(settings);
    this.bearers = new Bearers(accounts, options.log);
    this.byNick = new Map(
      accounts.map(({ nick, rooms }) => {
        const token = crypto.randomUUID();
        return [nick, new Bot({ ...options, nick, rooms, token })];
      }),
    );
  }

  /** From now on they are known by these accounts. There are as many as before, of the same nicks. */
  renew(accounts: readonly Account[]) {
    this.bearers.renew(accounts);
  }

  /** They come in. Resolves when each is in, or is not let in. */
  async enter() {
    await Promise.all(this.#all().map((bot) => bot.enter()));
  }

  /** Looks whether anything is overdue. Called about once a second. */
  check() {
    this.bearers.check();
    for (const bot of this.#all()) bot.check();
  }

  /** Whoever is thrown out from now on stays out. */
  close() {
    for (const bot of this.#all()) bot.close();
  }

  #all(): Bot[] {
    return [...this.byNick.values()];
  }
}

/** Throws a ConfigError that says which line is about what cannot be. */
export function accountsOf(settings: readonly BotSettings[]): Account[] {
  const accounts = settings.map(accountOf);
  const keys = accounts.map(({ nick }) => nickKeys(nick));
  const digests = accounts.map(({ digest }) => digest.join());
  for (const [index, { where, nick }] of settings.entries()) {
    const earlier = keys.slice(0, index).flat();
    if (keys[index]!.some((key) => earlier.includes(key))) {
      throw new ConfigError(`${where}: there is a [[bot]] called ${quote(nick)}, or nearly so`);
    }
    if (digests.indexOf(digests[index]!) < index) {
      throw new ConfigError(`${where}: ${quote(nick)} has the token of another [[bot]]`);
    }
  }
  return accounts;
}

function accountOf(settings: BotSettings): Account {
  const { nick, where } = settings;
  if (!isNick(nick)) throw new ConfigError(`${where}: nobody can be called ${quote(nick)}`);
  if (isReserved(nick)) {
    throw new ConfigError(`${where}: ${quote(nick)} could be taken for the server`);
  }
  const rooms = settings.rooms.map((it) => {
    const name = roomName(it);
    if (name === undefined) throw new ConfigError(`${where}: no room can be called ${quote(it)}`);
    return name;
  });
  return { nick, rooms: [...new Set(rooms)], digest: digestOfToken(settings) };
}

function digestOfToken({ token, token_file, token_sha256, where }: BotSettings): Uint8Array {
  if (token_sha256 !== "") return Uint8Array.fromHex(token_sha256);
  return digestOf(token === "" ? readToken(token_file, where) : token);
}

function readToken(path: string, where: string): string {
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`${where}: token_file: ${path}: ${why}`);
  }
  // Editors end a file's last line.
  const token = text.trim();
  if (isToken(token)) return token;
  throw new ConfigError(`${where}: token_file: ${path}: a token ${TOKEN_RULE}`);
}
