/**
 * Tests that need more than Deno: where it is missing they are skipped and say so, and fail if CHAT_TEST_REQUIRE
 * is 1, as in CI: what was not run has not passed.
 */

export interface Need {
  isMet: boolean;
  /** Why a test cannot be run: "no strace". */
  otherwise: string;
}

export function testNeeding(
  { isMet, otherwise }: Need,
  name: string,
  test: () => Promise<void>,
  options: Partial<Deno.TestDefinition> = {},
) {
  if (isMet) return Deno.test({ ...options, name, fn: test });
  if (Deno.env.get("CHAT_TEST_REQUIRE") !== "1") {
    return Deno.test({ name: `${name} (skipped: ${otherwise})`, ignore: true, fn: test });
  }
  Deno.test(name, () => {
    throw new Error(`this could not be tested: ${otherwise}`);
  });
}

/** Whether this command can be run here, and ends well. */
export function succeeds(command: string, ...args: string[]): boolean {
  try {
    return new Deno.Command(command, { args, stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}
