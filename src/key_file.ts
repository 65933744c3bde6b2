/**
 * The key that proves who somebody is: an Ed25519 key in a file that only they can read (PKCS#8 in PEM, as
 * OpenSSL has it). The private key leaves this file for nothing but another file that somebody names.
 */
import { dirname } from "@std/path/dirname";
import type { Identity } from "./client/identify.ts";
import { EXIT, ProgramError } from "./exit.ts";

/** A key, and the file's text that it was read from. */
export interface Key extends Identity {
  pem: string;
}

/** No key is longer; whatever is, is something else. */
const MAX_BYTES = 8192;
const PEM = /^\s*-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----\s*$/;
const MODE = { file: 0o600, directory: 0o700 };

/** The key in a file; undefined if there is no such file. Throws a ProgramError if it is of no use. */
export async function readKey(path: string): Promise<Key | undefined> {
  const text = readText(path);
  return text === undefined ? undefined : await parseKey(text, path);
}

/** The key in a file, which is made if it is not there; of two who make it at once, both have the same. */
export async function readOrMakeKey(path: string): Promise<Key & { isNew: boolean }> {
  const found = await readKey(path);
  if (found) return { ...found, isNew: false };
  const made = await makeKey();
  if (storeKey(made, path)) return { ...made, isNew: true };
  const theirs = await readKey(path);
  if (!theirs) throw unusable(path, "somebody else is changing it");
  return { ...theirs, isNew: false };
}

/** Puts a key where there is none; false if there is one. Throws a ProgramError if it cannot be written. */
export function storeKey({ pem }: Key, path: string): boolean {
  return store(pem, path);
}

/** Puts a key into its place. What was there is kept beside it: its name is the answer. */
export function replaceKey({ pem }: Key, path: string): string | undefined {
  const before = asideOf(path);
  const unfinished = unfinishedOf(path);
  try {
    const isThere = copyIfThere(path, before);
    write(unfinished, pem);
    Deno.renameSync(unfinished, path);
    return isThere ? before : undefined;
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

function copyIfThere(path: string, to: string): boolean {
  try {
    Deno.copyFileSync(path, to);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

export async function makeKey(): Promise<Key> {
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  const { privateKey } = pair as CryptoKeyPair;
  const bytes = new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey));
  const lines = bytes.toBase64().match(/.{1,64}/g)!.join("\n");
  return await parseKey(`-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`, "");
}

/** Throws a ProgramError if the text is no such key; `where` it stands is said then. */
export async function parseKey(text: string, where: string): Promise<Key> {
  const [, base64] = PEM.exec(text) ?? [];
  try {
    const bytes = Uint8Array.fromBase64(base64!);
    const key = await crypto.subtle.importKey("pkcs8", bytes, "Ed25519", true, ["sign"]);
    const { x } = await crypto.subtle.exportKey("jwk", key);
    const pem = `${text.trim()}\n`;
    return { key: `ed25519:${x}`, sign: (text) => sign(key, text), pem };
  } catch {
    throw unusable(where, "it holds no Ed25519 key in PEM (PKCS#8)");
  }
}

async function sign(key: CryptoKey, text: string): Promise<string> {
  const signed = await crypto.subtle.sign("Ed25519", key, new TextEncoder().encode(text));
  return new Uint8Array(signed).toBase64({ alphabet: "base64url", omitPadding: true });
}

function readText(path: string): string | undefined {
  try {
    using file = Deno.openSync(path);
    const bytes = new Uint8Array(MAX_BYTES);
    let length = 0;
    for (;;) {
      const count = file.readSync(bytes.subarray(length));
      // Of what is full there may be more, but it is no key.
      if (!count) break;
      length += count;
    }
    return new TextDecoder().decode(bytes.subarray(0, length));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw unusable(path, (error as Error).message);
  }
}

/** Writes the file as a whole or not at all; false if there is one already. */
function store(pem: string, path: string): boolean {
  const unfinished = unfinishedOf(path);
  try {
    Deno.mkdirSync(dirname(path), { recursive: true, mode: MODE.directory });
    write(unfinished, pem);
    try {
      // A link is made at once, and never in the place of something else.
      Deno.linkSync(unfinished, path);
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) return false;
      // Some file systems have no links; then there is a moment in which it is not whole.
      write(path, pem);
    } finally {
      Deno.removeSync(unfinished);
    }
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw cannotWrite(path, error);
  }
}

function write(path: string, text: string) {
  using file = Deno.openSync(path, { write: true, createNew: true, mode: MODE.file });
  file.writeSync(new TextEncoder().encode(text));
  file.syncSync();
}

function unfinishedOf(path: string): string {
  return `${path}.${crypto.randomUUID()}`;
}

/** A name beside it that nothing has. */
function asideOf(path: string): string {
  for (let number = 1;; number++) {
    const aside = `${path}.old${number === 1 ? "" : number}`;
    try {
      Deno.lstatSync(aside);
    } catch {
      return aside;
    }
  }
}

function unusable(path: string, why: string): ProgramError {
  return new ProgramError(`the key ${path} cannot be used: ${why}`, EXIT.configuration);
}

function cannotWrite(path: string, error: unknown): ProgramError {
  const isForbidden = error instanceof Deno.errors.PermissionDenied;
  const code = isForbidden ? EXIT.noPermission : EXIT.cannotCreate;
  return new ProgramError(`cannot write the key ${path}: ${(error as Error).message}`, code);
}
