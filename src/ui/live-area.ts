import { textWidth } from '@nomadctl/base/text-width';

/** What we need of a terminal's stream. */
export interface TerminalStream {
  write(text: string): unknown;
  readonly columns?: number;
  readonly rows?: number;
  getWindowSize?(): [columns: number, rows: number];
}

export interface WindowSize {
  readonly columns: number;
  readonly rows: number;
}

/** Asks the terminal itself: Node's `columns` lags behind until the signal of a resize was handled. */
export function windowSize(stream: TerminalStream): WindowSize {
  const [columns, rows] = sizeAsked(stream) ?? [stream.columns, stream.rows];
  return { columns: columns || 80, rows: rows || 24 };
}

function sizeAsked(stream: TerminalStream): [number, number] | undefined {
  try {
    return stream.getWindowSize?.();
  } catch {
    // The terminal was closed.
    return undefined;
  }
}

/** Lines at the end of the terminal that are drawn again and again, in place. */
export interface LiveArea {
  /** Each line is narrower than the terminal. */
  draw(lines: readonly string[]): void;
  /** Leaves the terminal as if nothing had been drawn. */
  clear(): void;
}

/**
 * The cursor stays visible, on the line below: a process that is killed cannot bring a hidden cursor back.
 * Terminals wrap what was drawn when they get narrower, so the lines to go up are counted at the present width.
 */
export function createLiveArea(stream: TerminalStream): LiveArea {
  let drawn: readonly string[] = [];
  let drawnAt = 0;
  const heightAt = (columns: number): number => drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(textWidth(line) / columns)), 0);
  // Line by line: tmux takes an erased screen for one to keep, and puts it into its history.
  const erased = (columns: number): string => `\r${'\u001b[A\u001b[2K'.repeat(heightAt(columns))}`;
  const rewound = (columns: number): string => (drawn.length === 0 ? '\r' : `\r\u001b[${heightAt(columns)}A`);
  return {
    draw(lines) {
      const { columns } = windowSize(stream);
      if (columns === drawnAt && lines.length === drawn.length && lines.every((line, index) => line === drawn[index])) return;
      const start = columns === drawnAt ? rewound(columns) : erased(columns);
      // One write, and each line erased only behind its end: no flicker.
      stream.write(`${start}${lines.map((line) => `${line}\u001b[K\n`).join('')}\u001b[J`);
      drawn = lines;
      drawnAt = columns;
    },
    clear() {
      if (drawn.length > 0) stream.write(erased(windowSize(stream).columns));
      drawn = [];
    },
  };
}
