/** What can be set of `chat key`. Must never read anything. */
import { type Options, toggle } from "./options.ts";

export const keyOptions = {
  json: toggle(false, "With show: write JSON, for other programs.", { flagOnly: true }),
  force: toggle(
    false,
    "With import and new: even if there is a key already, which is kept beside it.",
    { flagOnly: true },
  ),
} satisfies Options;
