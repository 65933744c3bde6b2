/** What can be set of the commands that look at the messages without a server. Must never read anything. */
import { choice, integer, type Options, text, toggle } from "./options.ts";

/** What all commands that only look at the messages take. */
const reading = {
  db: text("", "The file that keeps the messages; empty is the one that the server would use."),
  json: toggle(false, "Write JSON, for other programs.", { flagOnly: true }),
} satisfies Options;

const ROOM_ONLY = text("", "Only what was said in this room.", { flagOnly: true });
const TIMES = "A time (2026-11-20, 2026-11-20T21:14, with Z for UTC) or an age (90m, 36h, 7d).";

/** The settings of `chat history`. */
export const historyOptions = {
  limit: integer(50, "Most messages shown, the newest.", { short: "n", min: 1, flagOnly: true }),
  after: text("", `Only what was said from then on. ${TIMES}`, { flagOnly: true }),
  before: text("", "Only what was said before then.", { flagOnly: true }),
  rooms: toggle(false, "List the rooms instead.", { flagOnly: true }),
  ...reading,
} satisfies Options;

/** The settings of `chat audit`. */
export const auditOptions = {
  room: text("", "Only what was done about this room.", { flagOnly: true }),
  limit: integer(50, "Most lines shown, the newest.", {
    short: "n",
    min: 1,
    max: 1_000_000,
    flagOnly: true,
  }),
  after: text("", `Only what was done from then on. ${TIMES}`, { flagOnly: true }),
  ...reading,
} satisfies Options;

/** The settings of `chat search`. */
export const searchOptions = {
  room: ROOM_ONLY,
  limit: integer(50, "Most messages shown, the newest.", {
    short: "n",
    min: 1,
    max: 10_000,
    flagOnly: true,
  }),
  ...reading,
} satisfies Options;

/** The settings of `chat export`. */
export const exportOptions = {
  format: choice(
    ["jsonl", "csv", "txt"],
    "jsonl",
    "jsonl = a JSON object in each line, which chat import reads; csv = for spreadsheets; txt = for people.",
    { short: "f", flagOnly: true },
  ),
  room: ROOM_ONLY,
  since: text("", `Only what was said from then on. ${TIMES}`, { flagOnly: true }),
  until: text("", "Only what was said before then.", { flagOnly: true }),
  ...reading,
} satisfies Options;

/** The settings of `chat import`. */
export const importOptions = reading satisfies Options;

/** The settings of `chat doctor`. */
export const doctorOptions = reading satisfies Options;
