/**
 * The list of options that `--help` shows, made from a table.
 */
import { flagName } from "./names.ts";
import type { Option, Options } from "./options.ts";
import { describe, wrap } from "./prose.ts";

/** How the list is drawn. */
export interface Layout {
  /** Columns of the terminal. */
  width?: number;
  /** Whether the command takes `--config PATH`. */
  config?: boolean;
}

/** A flag as the left column shows it, what the right one says of it, and a heading above both. */
interface Row {
  heading?: string | undefined;
  flag: string;
  says: string;
  /** Ends what is said, never broken between lines. */
  standard?: string | undefined;
}

/** No help is squeezed into fewer columns than this, however narrow the terminal is. */
const MIN_HELP_COLUMNS = 20;

const PLACEHOLDERS: Record<Option["kind"], string> = {
  text: " TEXT",
  integer: " N",
  number: " N",
  switch: "",
};

/** The options under their headings, flags left and help right; ends with a line's end. */
export function usage(options: Options, { width = 80, config = false }: Layout = {}): string {
  const flags = Object.entries(options).filter(([, option]) => !option.isSecret);
  const rows = [...flags.map(optionRow), ...commonRows(config)];
  // A flag that takes more than its half stands on a line of its own.
  const fitting = rows.map(({ flag }) => flag.length).filter((length) => length <= width / 2 - 2);
  const layout = { column: Math.max(0, ...fitting) + 2, width };
  const lines = rows.flatMap((row, index) => [
    ...headingLines(row, index === 0),
    ...rowLines(row, layout),
  ]);
  return lines.join("\n") + "\n";
}

function optionRow([key, option]: [string, Option], index: number): Row {
  return {
    heading: option.section ?? (index === 0 ? "Options" : undefined),
    flag: flagColumn(key, option),
    says: describe(option),
    standard: standardOf(option),
  };
}

function flagColumn(key: string, option: Option): string {
  const short = option.short ? `-${option.short}, ` : "    ";
  // A switch that only a flag sets is off without it, so there is nothing to turn off.
  const no = option.kind === "switch" && !option.flagOnly ? "[no-]" : "";
  return `  ${short}--${no}${flagName(key)}${PLACEHOLDERS[option.kind]}`;
}

function standardOf(option: Option): string | undefined {
  if (option.flagOnly || option.default === "") return undefined;
  if (option.kind === "switch") return `[default: ${option.default ? "on" : "off"}]`;
  return `[default: ${option.default}]`;
}

function commonRows(config: boolean): Row[] {
  const file: Row = { flag: "      --config PATH", says: "Read the settings from this file." };
  const [first, ...rest]: [Row, ...Row[]] = config ? [file, help, version] : [help, version];
  return [{ ...first, heading: "General" }, ...rest];
}

const help: Row = { flag: "  -h, --help", says: "Show this help." };
const version: Row = { flag: "  -V, --version", says: "Show the version." };

function headingLines({ heading }: Row, isFirst: boolean): string[] {
  if (heading === undefined) return [];
  return isFirst ? [`${heading}:`] : ["", `${heading}:`];
}

function rowLines(row: Row, { column, width }: { column: number; width: number }): string[] {
  const { flag, says, standard } = row;
  const words = [...says.split(" "), ...(standard ? [standard] : [])];
  const indent = " ".repeat(column);
  const lines = wrap(words, Math.max(MIN_HELP_COLUMNS, width - column));
  const hanging = lines.map((line) => indent + line);
  if (flag.length > column - 2) return [flag, ...hanging];
  return [flag.padEnd(column) + lines[0], ...hanging.slice(1)];
}
