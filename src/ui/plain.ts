import type { Clock } from '@nomadctl/base/clock';
import { formatDuration } from '@nomadctl/base/duration';
import { formatRow, type RowLook } from './format-row.js';
import { trackRows, type Row } from './plan-rows.js';
import type { PlanProgress, PlanRow } from './ui.js';

export interface PlainPlanOptions {
  readonly rows: readonly PlanRow[];
  readonly clock: Pick<Clock, 'now'>;
  readonly look: Omit<RowLook, 'now'>;
  readonly say: (line: string) => void;
  /** Whether something was said before, from which the plan is set apart by an empty line. */
  readonly isFollowing: () => boolean;
}

/** A step that takes longer than this is announced; a shorter one gets its closing line only. */
const ANNOUNCED_MS = 1000;
/** Whatever runs says so at least every ten seconds: builds are ended by CI services that hear nothing. */
const HEARTBEAT_MS = 9000;
const TICK_MS = 500;

/** A plan as lines, for pipes, files and CI: one when a step ends, one when it takes long, and a sign of life. */
export function startPlainPlan({ rows, clock, look, say, isFollowing }: PlainPlanOptions): PlanProgress {
  const tracked = trackRows(rows, clock.now);
  const heardAt = new Map<string, number>();
  let hasSpoken = false;
  const speak = (line: string): void => {
    if (!hasSpoken && isFollowing()) say('');
    hasSpoken = true;
    say(line);
  };
  const announce = (row: Row): void => {
    const elapsed = clock.now() - row.startedAt;
    const heard = heardAt.get(row.id);
    if (heard === undefined ? elapsed < ANNOUNCED_MS : clock.now() - heard < HEARTBEAT_MS) return;
    const said = [heard === undefined ? '' : formatDuration(elapsed), row.line].filter(Boolean).join(' · ');
    speak(`    ${row.title} ...${said ? ` ${said}` : ''}`);
    heardAt.set(row.id, clock.now());
  };
  const timer = setInterval(() => tracked.all.filter(({ state }) => state === 'running').forEach(announce), TICK_MS);
  timer.unref();
  return {
    start: (id, title) => void tracked.start(id, title),
    line: (id, text) => void tracked.line(id, text),
    finish(id, end) {
      const row = tracked.finish(id, end);
      for (const line of formatRow(row, { ...look, now: clock.now() })) speak(line);
    },
    end() {
      clearInterval(timer);
      if (hasSpoken) say('');
    },
  };
}
