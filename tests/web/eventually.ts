/** Waiting until what a browser shows is as wished, never for ever. */
import { assertEquals } from "@std/assert";

/** Only for what will never come: nothing that works takes so long, on however busy a machine. */
export const WAIT_MILLISECONDS = 60_000;
/** A browser does not say that it has drawn: it is looked at again and again. */
const LOOK_MILLISECONDS = 20;

export interface Eventually<T> {
  is: (found: T) => boolean;
  milliseconds?: number;
}

/** What `look` finds, once it is as wished; fails with what it found last. */
export async function eventually<T>(
  look: () => T | Promise<T>,
  { is, milliseconds = WAIT_MILLISECONDS }: Eventually<T>,
): Promise<T> {
  const late = new Error();
  const deadline = performance.now() + milliseconds;
  for (;;) {
    const found = await look();
    if (is(found)) return found;
    if (performance.now() > deadline) {
      late.message = `not within ${milliseconds} ms; there is ${
        JSON.stringify(found, null, 2)?.slice(-3000)
      }`;
      throw late;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
  }
}

/** What `look` finds becomes this; `about` says what it is about. */
export async function assertBecomes<T>(
  look: () => T | Promise<T>,
  expected: T,
  { about, ...options }: { about?: string; milliseconds?: number } = {},
) {
  let last: { found: T } | undefined;
  const is = (found: T) => JSON.stringify(found) === JSON.stringify(expected);
  try {
    await eventually(async () => (last = { found: await look() }).found, { is, ...options });
  } catch (error) {
    if (last) assertEquals(last.found, expected, about);
    throw error;
  }
}
