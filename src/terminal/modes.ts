/**
 * The escape codes that are not of a screen: how a terminal is taken and given back, its title, its bell. Whatever
 * is switched on here must be switched off here.
 */
import { visible } from "./visible.ts";

export interface Modes {
  /** Whether the wheel and clicks are sent to us; the person then marks text with Shift held. */
  readonly mouse: boolean;
  /** Whether the title is ours to set; it is put away and brought back. */
  readonly title: boolean;
}

/** To the second screen, where nothing of the person's is overwritten. Pastes are marked, and so is focus. */
export function enterCode({ mouse, title }: Modes): string {
  return (title ? "\x1b[22;2t" : "") + "\x1b[?1049h\x1b[?2004h\x1b[?1004h" +
    (mouse ? "\x1b[?1000h\x1b[?1006h" : "");
}

/** Works in the middle of a frame too: ESC ends a code that was cut off. */
export function leaveCode({ mouse, title }: Modes): string {
  return "\x1b[?2026l\x1b[m\x1b[r\x1b[?7h" + (mouse ? "\x1b[?1006l\x1b[?1000l" : "") +
    "\x1b[?1004l\x1b[?2004l\x1b[?25h\x1b[?1049l" + (title ? "\x1b[23;2t" : "");
}

export function titleCode(title: string): string {
  return `\x1b]2;${visible(title)}\x1b\\`;
}

/** The bell, and a notice on the desktop where the terminal knows how. */
export function ringCode(notice: string | undefined): string {
  // The blank: some terminals take a number at the beginning for an order.
  return notice === undefined ? "\x07" : `\x07\x1b]9; ${visible(notice)}\x1b\\`;
}
