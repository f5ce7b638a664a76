import type { Clock } from '@nomadctl/base/clock';
import { fitRows } from './fit-rows.js';
import { formatRow, type RowLook } from './format-row.js';
import { windowSize } from './live-area.js';
import { trackRows } from './plan-rows.js';
import type { TaskList, TaskListOptions } from './task-list.js';
import type { PlanProgress, PlanRow } from './ui.js';

export interface TerminalPlanOptions {
  readonly rows: readonly PlanRow[];
  readonly clock: Pick<Clock, 'now'>;
  readonly look: Pick<RowLook, 'style' | 'symbols'>;
  readonly stream: TaskListOptions['stream'];
  readonly redact: (text: string) => string;
  /** Whether something was said before, from which the list is set apart by an empty line. */
  readonly isFollowing: () => boolean;
}

export interface TerminalPlan extends PlanProgress {
  /** Writes a note while the list is on the screen. */
  above(write: () => void): void;
}

/**
 * A plan as a list that changes in place. The list is loaded while the first steps already run, and what happens until
 * then is shown with its first frame; a plan that is over by then is only printed.
 */
export function startTerminalPlan({ rows, clock, look, stream, redact, isFollowing }: TerminalPlanOptions): TerminalPlan {
  const tracked = trackRows(rows, clock.now);
  const gap = (): string[] => (isFollowing() ? [''] : []);
  let list: TaskList | undefined;
  let ended = false;
  const linesAt = (columns: number, live: { spinner?: string; clip: boolean }): string[][] =>
    tracked.visible().map((row) => formatRow(row, { ...look, ...live, columns, now: clock.now() }).map(redact));
  const frame = (spinner: string): string[] => {
    const { columns, rows: height } = windowSize(stream);
    // A line that fills the terminal would wrap in some; the cursor has a line of its own, and so may the empty one above.
    const lines = linesAt(columns - 1, { spinner, clip: true });
    return [...gap(), ...fitRows({ rows: tracked.visible(), lines, height: height - 2, style: look.style })];
  };
  void import('./task-list.js').then(
    ({ startTaskList }) => {
      if (!ended) list = startTaskList({ rows: tracked.all, stream, spinner: look.symbols.spinner, frame });
    },
    // Without the list the plan is printed when it ends.
    () => undefined,
  );
  return {
    start(id, title) {
      tracked.start(id, title);
      list?.redraw();
    },
    // Programs say thousands of lines; the next frame shows the last one.
    line: (id, text) => void tracked.line(id, text),
    finish(id, end) {
      tracked.finish(id, end);
      list?.redraw();
    },
    end() {
      ended = true;
      list?.stop();
      if (tracked.visible().length > 0)
        stream.write(`${[...gap(), ...linesAt(windowSize(stream).columns, { clip: false }).flat(), ''].join('\n')}\n`);
    },
    above: (write) => (list && !ended ? list.above(write) : write()),
  };
}
