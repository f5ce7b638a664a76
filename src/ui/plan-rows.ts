import { lastLine } from '@nomadctl/base/text-width';
import type { PlanRow, StepEnd, StepOutcome } from './ui.js';

/** A step as it is shown. */
export interface Row {
  readonly id: string;
  title: string;
  /** Not shown before it starts. */
  readonly hidden: boolean;
  state: 'waiting' | 'running' | StepOutcome;
  /** The last thing that the running step said. */
  line: string;
  /** A few words beside the title of a finished step. */
  detail: string;
  startedAt: number;
  ms: number;
  /** Resolves when the step has finished. */
  readonly finished: Promise<void>;
}

export interface PlanRows {
  readonly all: readonly Row[];
  /** Those that are shown now. */
  visible(): readonly Row[];
  start(id: string, title: string): Row;
  line(id: string, text: string): Row;
  finish(id: string, end: StepEnd): Row;
}

/** What a plan has told so far; how it looks is up to others. */
export function trackRows(rows: readonly PlanRow[], now: () => number): PlanRows {
  const settle = new Map<string, () => void>();
  const all: Row[] = [];
  const add = ({ id, title, hidden = false }: PlanRow): Row => {
    const finished = new Promise<void>((resolve) => settle.set(id, resolve));
    const row: Row = { id, title, hidden, state: 'waiting', line: '', detail: '', startedAt: now(), ms: 0, finished };
    all.push(row);
    return row;
  };
  const rowOf = (id: string): Row => all.find((row) => row.id === id) ?? add({ id, title: id });
  for (const row of rows) add(row);
  return {
    all,
    visible: () => all.filter(({ hidden, state }) => !hidden || state !== 'waiting'),
    start: (id, title) => Object.assign(rowOf(id), { state: 'running', title, startedAt: now() }),
    line: (id, text) => Object.assign(rowOf(id), { line: lastLine(text) }),
    finish(id, { outcome, detail, ms }) {
      settle.get(id)?.();
      return Object.assign(rowOf(id), { state: outcome, detail: lastLine(detail), ms });
    },
  };
}
