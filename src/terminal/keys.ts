/**
 * What a terminal sends, taken apart into keys. It never throws, never loses its place and never hands on a byte
 * of a sequence that it does not know, however the bytes were cut on their way.
 */
// deno-lint-ignore-file no-control-regex

export type Key =
  /** Characters that were typed, several when they came at once. */
  | { type: "text"; text: string }
  /** What was pasted, line ends as they came: it may hold anything but what a terminal takes out of it. */
  | { type: "paste"; text: string }
  | { type: "key"; name: KeyName }
  /** The wheel was turned: so many lines up (negative) or down. */
  | { type: "wheel"; lines: number }
  /** The terminal's window got or lost the keyboard. */
  | { type: "focus"; isIn: boolean };

/**
 * Modifiers come in the order super, ctrl, alt, shift: "ctrl-alt-left". A character with alt is as it is typed,
 * "alt-B"; with ctrl it is small, "ctrl-b", and "ctrl-shift-b" where a terminal tells them apart.
 */
export type KeyName = Named | `${"super" | "ctrl" | "alt" | "shift"}-${string}`;

type Named =
  | ("enter" | "tab" | "backspace" | "escape" | "insert" | "delete")
  | ("up" | "down" | "left" | "right" | "home" | "end" | "page-up" | "page-down")
  | ("space" | `f${number}`);

/** More than anybody means to say; what is beyond it is dropped, and PASTE_CUT says so. */
export const MAX_PASTE_BYTES = 1024 * 1024;
export const PASTE_CUT = "… [the rest of the paste was dropped]";
/** A sequence with longer parameters than this means nothing to us. */
const MAX_PARAMETERS_LENGTH = 64;
/** So many bytes are looked at in one go, lest a regular expression has to go over megabytes. */
const MAX_STEP_BYTES = 8192;
const WHEEL_LINES = 3;

export class KeyDecoder {
  /** A sequence or a character that is not whole yet, each byte as one character. */
  #held = "";
  #paste: Paste | undefined;

  decode(bytes: Uint8Array): Key[] {
    const keys: Key[] = [];
    for (let at = 0; at < bytes.length; at += MAX_STEP_BYTES) {
      this.#read(String.fromCharCode(...bytes.subarray(at, at + MAX_STEP_BYTES)), keys);
    }
    return joined(keys);
  }

  /**
   * To be called when nothing has come for a moment although `isWaiting`: what is held then was typed. A paste
   * is not cut by it, because the rest of it would be taken for keys.
   */
  flush(): Key[] {
    if (!this.isWaiting) return [];
    const [, escapes = "", rest = ""] = /^(\x1b*)(.*)/s.exec(this.#held)!;
    const isCharacter = /^[\xc0-\xff]/.test(rest);
    this.#held = isCharacter ? rest : "";
    if (rest === "" || isCharacter) return presses(escapes);
    if (/^[[O\]P_]$/.test(rest)) return [...presses(escapes.slice(1)), ...pressed(rest, ALT)];
    return [];
  }

  /** Whether more bytes or `flush` decide what the last bytes are. */
  get isWaiting(): boolean {
    return this.#paste === undefined && /^[\x1b\x9b]/.test(this.#held);
  }

  #read(piece: string, keys: Key[]): void {
    const input = this.#held + piece;
    let at = 0;
    while (at < input.length) {
      const token = this.#paste ? pasted(this.#paste, input, at) : tokenAt(input, at);
      at = token.end;
      keys.push(...token.keys);
      if ("paste" in token) this.#paste = token.paste;
      if (token.isUnfinished) break;
    }
    this.#held = compact(input.slice(at));
  }
}

interface Token {
  end: number;
  keys: Key[];
  /** What begins at `end` is not whole. */
  isUnfinished?: boolean;
  /** A paste begins, or (undefined) ends. */
  paste?: Paste | undefined;
}

interface Paste {
  /** The sequence that ends it. */
  mark: string;
  /** Its bytes so far. */
  bytes: string;
  isCut: boolean;
}

function tokenAt(input: string, at: number): Token {
  const first = input[at]!;
  if (first === "\x1b" || first === "\x9b") return sequenceAt(input, at);
  if (first < " " || first === "\x7f") return { end: at + 1, keys: pressed(first, 0) };
  const run = matchAt(CHARACTERS, input, at)![0];
  const whole = at + run.length < input.length ? run : run.replace(UNFINISHED_CHARACTER, "");
  return { end: at + whole.length, keys: typed(decodeText(whole)), isUnfinished: whole === "" };
}

function sequenceAt(input: string, at: number): Token {
  for (const [pattern, read] of SEQUENCES) {
    const found = matchAt(pattern, input, at);
    if (!found) continue;
    const token = read(found);
    return { end: token.isUnfinished ? at : at + found[0].length, ...token };
  }
  // A pressed escape key, and then something that does not continue it.
  return { end: at + 1, keys: presses("\x1b") };
}

function pasted(paste: Paste, input: string, at: number): Token {
  const end = input.indexOf(paste.mark, at);
  const isWhole = end >= 0;
  const stop = isWhole ? end : input.length - overlap(input.slice(at), paste.mark);
  paste.isCut ||= paste.bytes.length + stop - at > MAX_PASTE_BYTES;
  paste.bytes += input.slice(at, Math.min(stop, at + MAX_PASTE_BYTES - paste.bytes.length));
  if (!isWhole) return { end: stop, keys: [], isUnfinished: true };
  const text = paste.isCut
    ? decodeBytes(paste.bytes.replace(UNFINISHED_CHARACTER, "")) + PASTE_CUT
    : decodeBytes(paste.bytes);
  return { end: end + paste.mark.length, keys: [{ type: "paste", text }], paste: undefined };
}

/** How much of the end of a text is the beginning of a mark. */
function overlap(text: string, mark: string): number {
  let length = Math.min(text.length, mark.length - 1);
  while (!text.endsWith(mark.slice(0, length))) length -= 1;
  return length;
}

/** Of a sequence that does not end, only so much is held as decides what it is. */
function compact(held: string): string {
  return held.replace(LONG_STRING, "$1").replace(LONG_PARAMETERS, "$1");
}

// Patterns. Each byte is one character here, so that a byte that is no UTF-8 is still there to be seen.

/** A control sequence begins, perhaps after alt's escape. The eight-bit CSI is never the inside of a character. */
const CSI = String.raw`(\x1b?)(\x1b\[|\x9b)`;
/** A device control string, an operating system command or an application's: replies, all of them. */
const STRING = String.raw`\x1b[\]P_]`;
/** A character in UTF-8, or what starts like one. */
const CHARACTER = String
  .raw`(?:[\x20-\x7e\x80-\x9a\x9c-\xbf]|[\xc0-\xdf][\x80-\xbf]?|[\xe0-\xef][\x80-\xbf]{0,2}|[\xf0-\xff][\x80-\xbf]{0,3})`;
const PARTIAL = String.raw`(?:[\xc0-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xff][\x80-\xbf]{0,2})`;
const CHARACTERS = sticky(`${CHARACTER}+`);
const UNFINISHED_CHARACTER = new RegExp(`${PARTIAL}$`);
const LONG_STRING = new RegExp(String.raw`^(${STRING}[^\x1b])[^\x1b]+`);
const TOO_LONG = MAX_PARAMETERS_LENGTH + 1;
const LONG_PARAMETERS = new RegExp(`^(\\x1b?(?:\\x1b\\[|\\x9b)[ -?]{${TOO_LONG}}).+`);

const nothing = () => ({ keys: [] });

/** All that can begin with an escape. The first that fits counts, so the order matters. */
const SEQUENCES: [RegExp, (found: RegExpExecArray) => Omit<Token, "end">][] = [
  // The function keys of the Linux console: ESC [ [ A
  [sticky(String.raw`${CSI}\[([ -~])`), ([, alt, , final]) => {
    const number = "ABCDE".indexOf(final!) + 1;
    return { keys: known(number > 0 ? `f${number}` : undefined, alt ? ALT : 0) };
  }],
  // The mouse of old: ESC [ M button x y, where x and y may be any bytes.
  [sticky(String.raw`${CSI}M([\x20-\xff]{3})`), ([, alt, , [button] = ""]) => ({
    keys: [...presses(alt!), ...wheel(button!.charCodeAt(0) - 32)],
  })],
  // rxvt ends shift-delete with a sign that ends nothing elsewhere: ESC [ 3 $
  [sticky(String.raw`${CSI}(\d\d?)(\$)`), controlSequence],
  [sticky(String.raw`${CSI}(?![[M])([ -?]*)([@-~])`), controlSequence],
  [sticky(String.raw`(\x1b?)\x1bO([\d;]{0,5})([A-Za-z])`), ([, alt, modifiers, final]) => ({
    keys: shifted(final!, modifiersOf(Number(modifiers!.split(";").at(-1))) | (alt ? ALT : 0)),
  })],
  // A reply ends with BEL or ST. One that meets another control was none: that control is a key.
  [
    sticky(
      String
        .raw`${STRING}[^\x00-\x1f\x7f]*(?:\x07|\x1b\\|(?=[\x00-\x06\x08-\x1a\x1c-\x1f\x7f]|\x1b[^\\]))`,
    ),
    nothing,
  ],
  // What may yet become one of these.
  [
    sticky(
      String
        .raw`(?:\x1b\x1b?|${CSI}(?:[ -?]*|\[|M[\x20-\xff]{0,2})|\x1b?\x1bO[\d;]{0,5}|${STRING}[^\x00-\x1f\x7f]*\x1b?|\x1b${PARTIAL})$`,
    ),
    () => ({ keys: [], isUnfinished: true }),
  ],
  // A control sequence broken off by what cannot be in it.
  [sticky(String.raw`(?:\x1b\[|\x9b)(?:\[|M[\x20-\xff]{0,2}|[ -?]*)`), nothing],
  [sticky(String.raw`\x1b([\x00-\x1a\x1c-\x1f\x7f]|${CHARACTER})`), ([, character]) => ({
    keys: pressed(decodeBytes(character!), ALT),
  })],
];

function sticky(source: string): RegExp {
  return new RegExp(source, "y");
}

function matchAt(pattern: RegExp, input: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(input);
}

// What the sequences mean.

const SHIFT = 1;
const ALT = 2;
const CTRL = 4;
/** Super, hyper and meta: one for us. The bits beyond them are caps lock and num lock. */
const SUPER = 8 | 16 | 32;
const MODIFIERS = [[SUPER, "super-"], [CTRL, "ctrl-"], [ALT, "alt-"], [SHIFT, "shift-"]] as const;
/** In the kitty protocol, the third kind of event of a key. */
const RELEASED = 3;

const LETTERS: Record<string, Named> = {
  ...{ A: "up", B: "down", C: "right", D: "left", H: "home", F: "end" },
  ...{ P: "f1", Q: "f2", S: "f4" },
};

const NUMBERS: Record<number, Named> = {
  ...{ 1: "home", 2: "insert", 3: "delete", 4: "end", 5: "page-up", 6: "page-down" },
  ...{ 7: "home", 8: "end", 11: "f1", 12: "f2", 13: "f3", 14: "f4", 15: "f5" },
  ...{ 17: "f6", 18: "f7", 19: "f8", 20: "f9", 21: "f10", 23: "f11", 24: "f12" },
  ...{ 25: "f13", 26: "f14", 28: "f15", 29: "f16", 31: "f17", 32: "f18", 33: "f19", 34: "f20" },
};

/** What ends a numbered key. Only rxvt tells modifiers by it. */
const ENDINGS: Record<string, number> = { "~": 0, "^": CTRL, $: SHIFT, "@": CTRL | SHIFT };

/** Keys whose characters are controls, by their code. */
const CONTROLS: Record<number, Named> = { 9: "tab", 13: "enter", 27: "escape", 127: "backspace" };

/** The kitty protocol's numbers for the number pad begin with 57399, those for F13 and beyond with 57376. */
const KITTY_F13 = 57376;
const KITTY_PAD = 57399;
const PAD: (Named | string)[] = [
  ...[..."0123456789./*-+", "enter", "=", ",", "left", "right", "up", "down"],
  ...["page-up", "page-down", "home", "end", "insert", "delete"],
];
/** The number pad in its application mode: ESC O j and so on. */
const APPLICATION_PAD = new Map(
  [..."jklmnopqrstuvwxyX"].map((it, at) => [it, "*+,-./0123456789="[at]!]),
);

/** On most terminals these are the same byte, so they are the same key on all. */
const SAME: Record<string, Named> = { i: "tab", m: "enter", "[": "escape" };

/** ESC [ parameters final, where private and intermediate bytes make it a reply. */
function controlSequence([, alt, introducer, body, final]: RegExpExecArray): Omit<Token, "end"> {
  if (body === "200" && final === "~") {
    return { keys: presses(alt!), paste: { mark: `${introducer}201~`, bytes: "", isCut: false } };
  }
  if (body === "" && (final === "I" || final === "O")) {
    return { keys: [...presses(alt!), { type: "focus", isIn: final === "I" }] };
  }
  const mouse = /^<?(\d+);\d+;\d+$/.exec(body!);
  if (mouse && final === "M") {
    // Without "<" it is rxvt's form, which counts from 32 as the old one does.
    const button = Number(mouse[1]) - (body!.startsWith("<") ? 0 : 32);
    return { keys: [...presses(alt!), ...wheel(button)] };
  }
  if (body!.length > MAX_PARAMETERS_LENGTH || !/^[\d:;]*$/.test(body!)) return { keys: [] };
  return { keys: parameterized(body!, final!, alt ? ALT : 0) };
}

/** For example 1;5D or 97:65;6u: a key, modifiers, and where there is a colon what else kitty tells of them. */
function parameterized(body: string, final: string, alt: number): Key[] {
  const parameters = body.split(";").map((it) => it.split(":").map(Number));
  const [[code = 0, shiftedCode = 0] = [], [modifier = 0, event = 0] = [], [third = 0] = []] =
    parameters;
  if (event === RELEASED) return [];
  const modifiers = modifiersOf(modifier) | alt;
  if (final === "u") return kitty({ code, shiftedCode, modifiers });
  // xterm's modifyOtherKeys, where the character is already the one that shift makes.
  if (final === "~" && code === 27) {
    return coded(third, modifiers & CTRL ? modifiers : modifiers & ~SHIFT);
  }
  const ending = ENDINGS[final];
  if (ending !== undefined) return known(NUMBERS[code], modifiers | ending);
  if (final === "Z") return [named("tab", modifiers | SHIFT)];
  if (/[a-d]/.test(final)) return known(LETTERS[final.toUpperCase()], modifiers | SHIFT);
  // With parameters it is where the cursor is.
  if (final === "R") return body === "" ? [named("f3", alt)] : [];
  return known(LETTERS[final], modifiers);
}

function known(name: Named | undefined, modifiers: number): Key[] {
  return name ? [named(name, modifiers)] : [];
}

/** ESC O final */
function shifted(final: string, modifiers: number): Key[] {
  if (/[a-d]/.test(final)) return known(LETTERS[final.toUpperCase()], modifiers | CTRL);
  if (final === "R") return [named("f3", modifiers)];
  if (final === "M") return [named("enter", modifiers)];
  const character = APPLICATION_PAD.get(final);
  return character ? pressed(character, modifiers) : known(LETTERS[final], modifiers);
}

function kitty(
  { code, shiftedCode, modifiers }: { code: number; shiftedCode: number; modifiers: number },
): Key[] {
  const pad = PAD[code - KITTY_PAD];
  if (pad?.length === 1) return pressed(pad, modifiers);
  if (pad) return [named(pad as Named, modifiers)];
  if (code >= KITTY_F13 && code < KITTY_PAD) return [named(`f${13 + code - KITTY_F13}`, modifiers)];
  // The rest of the private use area are keys that we have no use for, such as a lone shift.
  if (code >= 0xe000 && code <= 0xf8ff) return [];
  return shiftedCode > 0 && modifiers & SHIFT && !(modifiers & CTRL)
    ? coded(shiftedCode, modifiers & ~SHIFT)
    : coded(code, modifiers);
}

function coded(code: number, modifiers: number): Key[] {
  const name = CONTROLS[code];
  if (name) return [named(name, modifiers)];
  const isCharacter = code >= 0x20 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return isCharacter ? pressed(String.fromCodePoint(code), modifiers) : [];
}

/** A character, or the control that a terminal makes of ctrl and a character. */
function pressed(character: string, modifiers: number): Key[] {
  const code = character.codePointAt(0)!;
  const name = CONTROLS[code];
  if (name) return [named(name, modifiers)];
  if (code === 0) return [named("space", modifiers | CTRL)];
  const letter = String.fromCharCode(code | 0x40).toLowerCase();
  if (code < 0x20) return [named(letter, modifiers | CTRL)];
  if (/\p{Cc}/u.test(character)) return [];
  if (modifiers & CTRL) {
    const same = modifiers & SHIFT ? undefined : SAME[character];
    if (same) return [named(same, modifiers & ~CTRL)];
    return [named(spelled(character.toLowerCase()), modifiers)];
  }
  const big = modifiers & SHIFT ? character.toUpperCase() : character;
  const rest = big === big.toLowerCase() ? modifiers : modifiers & ~SHIFT;
  return rest & ~SHIFT ? [named(spelled(big), rest)] : typed(big);
}

function spelled(character: string): string {
  return character === " " ? "space" : character;
}

function modifiersOf(parameter: number): number {
  return Math.max(parameter - 1, 0) & (SHIFT | ALT | CTRL | SUPER);
}

function named(base: string, modifiers: number): Key {
  const prefixes = MODIFIERS.map(([bits, prefix]) => modifiers & bits ? prefix : "");
  return { type: "key", name: `${prefixes.join("")}${base}` as KeyName };
}

function presses(escapes: string): Key[] {
  return [...escapes].map(() => named("escape", 0));
}

/** Bit 6 says that it is the wheel, the lowest two which way; 4, 8 and 16 are modifiers. */
function wheel(button: number): Key[] {
  const turned = button & ~0b11100;
  if (turned !== 64 && turned !== 65) return [];
  return [{ type: "wheel", lines: turned === 64 ? -WHEEL_LINES : WHEEL_LINES }];
}

function typed(text: string): Key[] {
  return text === "" ? [] : [{ type: "text", text }];
}

function joined(keys: readonly Key[]): Key[] {
  const all: Key[] = [];
  for (const key of keys) {
    const last = all.at(-1);
    if (key.type === "text" && last?.type === "text") {
      all[all.length - 1] = { type: "text", text: last.text + key.text };
    } else all.push(key);
  }
  return all;
}

const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** What was typed, without the controls of the second row, which no keyboard has. */
function decodeText(bytes: string): string {
  return decodeBytes(bytes).replace(/[\x80-\x9f]/g, "");
}

function decodeBytes(bytes: string): string {
  return UTF8.decode(Uint8Array.from(bytes, (it) => it.charCodeAt(0)));
}
