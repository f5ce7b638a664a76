import { onTestFinished } from 'vitest';
import type { Ask, PlanProgress, PlanRow, StepOutcome, Ui } from '../../src/ui/ui.js';

/** What a person would answer: words, yes or no, a list. The empty word is the Enter key: the default. */
export type Answer = string | boolean | readonly string[];

export type PlanEvent =
  | { readonly kind: 'start'; readonly id: string; readonly title: string }
  | { readonly kind: 'line'; readonly id: string; readonly text: string }
  | { readonly kind: 'finish'; readonly id: string; readonly outcome: StepOutcome; readonly detail: string };

export interface RecordedPlan {
  readonly rows: readonly PlanRow[];
  readonly events: PlanEvent[];
  /** Step id -> how it ended. */
  readonly outcomes: Record<string, StepOutcome>;
  ended: boolean;
}

export interface Recording {
  readonly results: string[];
  readonly notes: string[];
  readonly warnings: string[];
  readonly debug: string[];
  readonly questions: { readonly message: string; readonly default?: unknown; readonly problem?: string }[];
  readonly plans: RecordedPlan[];
}

/** A user interface that keeps what it is told. Without answers nobody can be asked; an unexpected question or an unused answer fails the test. */
export function recorderUi(answers?: readonly Answer[]): { readonly ui: Ui; readonly recording: Recording } {
  const recording: Recording = { results: [], notes: [], warnings: [], debug: [], questions: [], plans: [] };
  const same = (text: string): string => text;
  const ui: Ui = {
    mode: 'plain',
    style: { bold: same, dim: same, good: same, bad: same, warn: same, accent: same },
    columns: 80,
    write: (chunk) => void recording.results.push(chunk),
    note: (text) => void recording.notes.push(text),
    warn: (text) => void recording.warnings.push(text),
    debug: (text) => void recording.debug.push(text),
    startPlan: (rows) => recordPlan(rows, recording),
    ask: answerFrom(answers, recording),
  };
  return { ui, recording };
}

function recordPlan(rows: readonly PlanRow[], { plans }: Recording): PlanProgress {
  const plan: RecordedPlan = { rows, events: [], outcomes: {}, ended: false };
  plans.push(plan);
  const record = (event: PlanEvent): void => {
    if (plan.ended) throw new Error(`${event.kind} of ${event.id} after the plan's end`);
    if (!rows.some(({ id }) => id === event.id)) throw new Error(`${event.kind} of ${event.id}, which has no row`);
    plan.events.push(event);
  };
  return {
    start: (id, title) => record({ kind: 'start', id, title }),
    line: (id, text) => record({ kind: 'line', id, text }),
    finish(id, { outcome, detail }) {
      record({ kind: 'finish', id, outcome, detail });
      plan.outcomes[id] = outcome;
    },
    end() {
      plan.ended = true;
    },
  };
}

function answerFrom(answers: readonly Answer[] | undefined, { questions }: Recording): Ask {
  const left = [...(answers ?? [])];
  if (answers) {
    onTestFinished(() => {
      if (left.length > 0) throw new Error(`nobody asked for: ${JSON.stringify(left)}`);
    });
  }
  const next = ({
    message,
    default: usual,
    check,
  }: {
    message: string;
    default?: unknown;
    check?: (value: string) => string | undefined;
  }): unknown => {
    const answer = left.shift();
    if (answer === undefined) throw new Error(`unexpected question: ${message}`);
    const value = answer === '' ? (usual ?? '') : answer;
    const problem = check?.(String(value));
    questions.push({ message, default: usual, ...(problem === undefined ? {} : { problem }) });
    return problem === undefined ? value : next({ message, default: usual, ...(check ? { check } : {}) });
  };
  return {
    canAsk: answers !== undefined,
    text: async (question) => String(next(question)),
    secret: async (question) => String(next(question)),
    choice: async (question) => offered(question.choices, [String(next(question))])[0] ?? '',
    choices: async (question) => offered(question.choices, next(question) as string[]),
    confirm: async (question) => next(question) as boolean,
  };
}

/** A person cannot choose what is not offered. */
function offered(choices: readonly { readonly value: string }[], chosen: readonly string[]): string[] {
  const unknown = chosen.filter((value) => !choices.some((choice) => choice.value === value));
  if (unknown.length > 0) throw new Error(`not offered: ${unknown.join(', ')}`);
  return [...chosen];
}
