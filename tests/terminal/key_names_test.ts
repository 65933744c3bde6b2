import { assert, assertEquals } from "@std/assert";
import { isKeyName, KEY_NAMES } from "../../src/terminal/key_names.ts";
import { KeyDecoder } from "../../src/terminal/keys.ts";

const ESCAPE = "\x1b";
const CHARACTERS = Array.from({ length: 0x7f - 0x20 }, (_, at) => String.fromCharCode(0x20 + at));
const MODIFIERS = Array.from({ length: 16 }, (_, bits) => bits + 1);

/** The names of all keys that terminals tell of by characters, controls and sequences. */
function pressable(): Set<string> {
  const controls = Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code));
  const numbered = [2, 3, 5, 6, 7, 8, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24, 25, 26, 28];
  const sequences = MODIFIERS.flatMap((modifier) => [
    // In this form shift is told beside the key, which is never a capital.
    ...CHARACTERS.filter((it) => it === it.toLowerCase()).map((it) =>
      `[${it.codePointAt(0)};${modifier}u`
    ),
    ...[9, 13, 27, 127].map((code) => `[${code};${modifier}u`),
    ...Array.from({ length: 23 }, (_, at) => `[${57376 + at};${modifier}u`),
    ...numbered.map((number) => `[${number};${modifier}~`),
    ...[..."ABCDHFPQS"].map((letter) => `[1;${modifier}${letter}`),
  ]);
  const typed = [...CHARACTERS, ...controls, "\x7f"].map((it) => [it, ESCAPE + it]).flat();
  const names = [...typed, ...sequences.map((it) => ESCAPE + it)].flatMap((text) => {
    const decoder = new KeyDecoder();
    return [...decoder.decode(new TextEncoder().encode(text)), ...decoder.flush()];
  }).flatMap((key) => key.type === "key" ? [key.name] : []);
  return new Set(names);
}

Deno.test("law: a name is one that a file may use if and only if such a key can be pressed", () => {
  const pressed = pressable();
  for (const name of pressed) assert(isKeyName(name), name);
  const bases = [...CHARACTERS, ...[...pressed].map((name) => name.replace(/^.+-(?=.)/s, ""))];
  const held = ["super-", "ctrl-", "alt-", "shift-"].reduce<string[]>(
    (all, it) => [...all, ...all.map((before) => before + it)],
    [""],
  );
  for (const name of held.flatMap((before) => bases.map((base) => before + base))) {
    assertEquals(isKeyName(name), pressed.has(name), name);
  }
});

Deno.test("what is no key's name is none", () => {
  for (
    const name of ["", "-", "next", "ctrl", "ctrl-", "alt-ctrl-a", "F5", "f0", "f36", "alt-\n"]
  ) {
    assert(!isKeyName(name), name);
  }
});

Deno.test("every name that could be proposed is one", () => {
  for (const name of KEY_NAMES) assert(isKeyName(name), name);
  for (const name of ["enter", "ctrl-c", "alt-j", "f12", "shift-tab", "ctrl-alt-left"]) {
    assert(KEY_NAMES.includes(name), name);
  }
});
