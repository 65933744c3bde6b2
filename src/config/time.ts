/** Times as people write them: "2026-11-20", "2026-11-20T21:14", the same with Z or +01:00, or an age: "36h". */
import { ConfigError, USAGE } from "./error.ts";
import { quote } from "./quote.ts";

const AGE = /^(\d{1,9})([smhdw])$/;
const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

const DATE = String.raw`([1-9]\d{3})-(\d{2})-(\d{2})`;
const CLOCK = String.raw`([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,3}))?)?`;
const ZONE = String.raw`(Z|[+-](?:0\d|1[0-4]):?[0-5]\d)`;
const MOMENT = new RegExp(`^${DATE}(?:[T ]${CLOCK}${ZONE}?)?$`, "i");

/** The option's time in milliseconds since 1970; undefined if it is "". Without a zone it is this computer's. */
export function readTime(text: string, { flag, now }: { flag: string; now: number }) {
  if (text === "") return undefined;
  const time = parseTime(text, now);
  if (time !== undefined) return time;
  throw new ConfigError(
    `--${flag} must be a time like 2026-11-20, 2026-11-20T21:14 or 2026-11-20T21:14Z, or an age like ` +
      `90m, 36h or 7d, not ${quote(text)}`,
    { exitCode: USAGE },
  );
}

function parseTime(text: string, now: number): number | undefined {
  const [, amount, unit] = AGE.exec(text) ?? [];
  if (unit !== undefined) return now - Number(amount) * SECONDS[unit]! * 1000;
  const [, year, month, day, hour = 0, minute = 0, second = 0, rest = "", zone] =
    MOMENT.exec(text) ?? [];
  if (year === undefined) return undefined;
  const milliseconds = Number(`${rest}000`.slice(0, 3));
  const fields = [year, Number(month) - 1, day, hour, minute, second, milliseconds].map(Number);
  // The thirtieth of February would become a day in March.
  const utc = new Date(Date.UTC(...fields as Fields));
  if (utc.getUTCMonth() !== fields[1] || utc.getUTCDate() !== fields[2]) return undefined;
  if (zone === undefined) return new Date(...fields as Fields).getTime();
  return utc.getTime() - minutesOf(zone) * 60_000;
}

type Fields = [number, number, number, number, number, number, number];

/** "+05:30" is 330. */
function minutesOf(zone: string): number {
  if (/z/i.test(zone)) return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return zone.startsWith("-") ? -minutes : minutes;
}
