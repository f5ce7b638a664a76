import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Context, GlobalFlags } from '../../src/context.js';
import { systemClock } from '../../src/lib/clock.js';
import { createPaths } from '../../src/lib/paths.js';
import { createRedactor } from '../../src/lib/redact.js';
import { createExec } from '../../src/tools/exec.js';
import type { Ask, Ui } from '../../src/ui/ui.js';
import { tempHome } from './temp-home.js';

export interface TestContextOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Default: an empty folder that goes when the test ends. */
  readonly home?: string;
  /** What the person answers, in order; an unexpected or an unused answer fails the test. Without them nobody can be asked. */
  readonly answers?: readonly (string | boolean | readonly string[])[];
  readonly global?: Partial<GlobalFlags>;
  readonly overrides?: Partial<Context>;
}

/** What was shown and asked. */
export interface Recorded {
  readonly questions: { readonly message: string; readonly default?: unknown }[];
  readonly lines: string[];
}

/** The real context around a temporary home, with a user interface that records and answers. */
export async function createTestContext(options: TestContextOptions = {}): Promise<Context & { readonly recorded: Recorded }> {
  const home = options.home ?? (await tempHome());
  const recorded: Recorded = { questions: [], lines: [] };
  const env = options.env ?? {};
  return {
    ui: recorderUi(recorded, options.answers),
    exec: createExec(env),
    clock: systemClock,
    env,
    paths: createPaths({ home, packageRoot: fileURLToPath(new URL('../..', import.meta.url)) }),
    redact: createRedactor(),
    signal: new AbortController().signal,
    platform: process.platform,
    arch: process.arch,
    global: { json: false, quiet: false, verbose: false, yes: false, cluster: undefined, ...options.global },
    recorded,
    ...options.overrides,
  };
}

function recorderUi(recorded: Recorded, answers: TestContextOptions['answers']): Ui {
  const plain = (text: string): string => text;
  const say = (text: string): void => void recorded.lines.push(text);
  return {
    mode: 'plain',
    style: { bold: plain, dim: plain, good: plain, bad: plain, warn: plain, accent: plain },
    columns: 80,
    write: say,
    note: say,
    warn: say,
    debug: () => undefined,
    startPlan: () => ({ start: () => undefined, line: () => undefined, finish: () => undefined, end: () => undefined }),
    ask: askFrom(recorded, answers),
  };
}

function askFrom(recorded: Recorded, answers: TestContextOptions['answers']): Ask {
  const left = [...(answers ?? [])];
  if (answers) {
    onTestFinished(() => {
      if (left.length > 0) throw new Error(`never asked for: ${JSON.stringify(left)}`);
    });
  }
  const next = (question: { message: string; default?: unknown; check?: (value: string) => string | undefined }): unknown => {
    recorded.questions.push({ message: question.message, default: question.default });
    const answer = left.shift();
    if (answer === undefined) throw new Error(`unexpected question: ${question.message}`);
    // The empty answer is the Enter key.
    const value = answer === '' ? question.default : answer;
    const problem = question.check?.(String(value));
    if (problem === undefined) return value;
    recorded.lines.push(problem);
    return next(question);
  };
  return {
    canAsk: answers !== undefined,
    text: async (question) => String(next(question)),
    secret: async (question) => String(next(question)),
    choice: async (question) => String(next(question)),
    choices: async (question) => next(question) as string[],
    confirm: async (question) => next(question) as boolean,
  };
}
