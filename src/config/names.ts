/**
 * The names that one key of a table goes by, outside of it and in a file.
 */

/** `max_text_bytes` as a flag: `max-text-bytes`, without its dashes. */
export function flagName(key: string): string {
  return key.replaceAll("_", "-");
}

/** `max_text_bytes` as a variable: `CHAT_MAX_TEXT_BYTES`. */
export function variableName(key: string): string {
  return `CHAT_${key.toUpperCase()}`;
}

/** The key as TOML has it: in quotes where it holds more than letters, digits, "_" and "-". */
export function bareKey(key: string): string {
  return /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
}
