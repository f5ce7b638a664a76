import type { Row } from './plan-rows.js';
import type { Style } from './ui.js';

export interface RowsToFit {
  readonly rows: readonly Row[];
  /** The lines of each row. */
  readonly lines: readonly (readonly string[])[];
  /** Lines that there is room for. */
  readonly height: number;
  readonly style: Style;
}

/** A list taller than the terminal cannot be drawn in place: what is over and what is far off becomes a count. */
export function fitRows({ rows, lines, height, style }: RowsToFit): string[] {
  const total = lines.reduce((sum, { length }) => sum + length, 0);
  if (total <= height) return lines.flat();
  const room = Math.max(1, height - 2);
  const running = rows.findIndex(({ state }) => state === 'running');
  const next = running === -1 ? rows.findIndex(({ state }) => state === 'waiting') : running;
  let first = next === -1 ? rows.length - 1 : next;
  let last = first;
  let used = lines[first]?.length ?? 0;
  const take = (index: number): boolean => {
    const more = lines[index]?.length;
    if (more === undefined || used + more > room) return false;
    used += more;
    return true;
  };
  // Forward first: what runs and what comes next matters more than what is over.
  while (take(last + 1)) last++;
  while (take(first - 1)) first--;
  const above = first > 0 ? [style.dim(`    ${first} before`)] : [];
  const below = last < rows.length - 1 ? [style.dim(`    ${rows.length - 1 - last} to come`)] : [];
  return [...above, ...lines.slice(first, last + 1).flat(), ...below];
}
