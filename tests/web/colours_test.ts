import { assert, assertEquals } from "@std/assert";
import { PAGE_FILES } from "../../src/page_files.ts";

const CSS = PAGE_FILES.find(({ path }) => path === "/web/style.css")!.text;
const [LIGHT = "", DARK = ""] = [...CSS.matchAll(/:root ?\{([^}]*)\}/g)].map(([, body]) => body!);

function coloursOf(theme: string): Map<string, string> {
  const rows = theme.matchAll(/--([\w-]+): (#[0-9a-f]{6})(?:;|$)/g);
  return new Map([...rows].map(([, name, colour]) => [name!, colour!]));
}

/** Relative luminance, as WCAG 2 has it. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const GROUNDS = ["paper", "side", "over", "mention"];
const NICKS = Array.from({ length: 16 }, (_, index) => `n${index}`);

for (const [name, theme] of Object.entries({ light: coloursOf(LIGHT), dark: coloursOf(DARK) })) {
  Deno.test(`everything can be read on every ground in ${name}`, () => {
    for (const ground of GROUNDS) {
      for (const ink of [...NICKS, "ink", "soft", "link"]) {
        const ratio = contrast(theme.get(ink)!, theme.get(ground)!);
        assert(ratio >= 4.5, `${ink} on ${ground}: ${ratio.toFixed(2)}`);
      }
    }
    assert(contrast(theme.get("on-accent")!, theme.get("accent")!) >= 4.5);
    assert(contrast(theme.get("news")!, theme.get("paper")!) >= 4.5);
    assert(contrast(theme.get("field-line")!, theme.get("paper")!) >= 3);
  });
}

Deno.test("both looks have the same colours", () => {
  const [light, dark] = [coloursOf(LIGHT), coloursOf(DARK)];
  assertEquals([...light.keys()].sort(), [...dark.keys()].sort());
});
