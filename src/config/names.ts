/**
 * The names that one key of a table goes by outside of it.
 */

/** `max_text_bytes` as a flag: `max-text-bytes`, without its dashes. */
export function flagName(key: string): string {
  return key.replaceAll("_", "-");
}

/** `max_text_bytes` as a variable: `CHAT_MAX_TEXT_BYTES`. */
export function variableName(key: string): string {
  return `CHAT_${key.toUpperCase()}`;
}
