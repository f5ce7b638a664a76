import { AbortError } from '@nomadctl/base/errors';
import { forManyCalls } from '@nomadctl/base/signals/any-signal';
import type { PlanProgress, Ui } from '../ui/ui.js';

/**
 * Signals are ours alone: children run in groups of their own. The first Ctrl-C (or SIGTERM, SIGHUP, a reader who left)
 * aborts, so that children stop cleanly and the journal says so; the second says what is being waited for; the third ends
 * us at once. Terraform loses the resource in flight when it is interrupted twice, so nothing is ever forwarded twice.
 */
export interface Signals {
  readonly signal: AbortSignal;
  /** True once standard output or error has no reader any more. */
  readonly brokenPipe: boolean;
  /** The same user interface, whose running steps the second Ctrl-C names. */
  watch(ui: Ui): Ui;
  /** For errors of standard output and error: a reader who left, a full disk. */
  onOutputError(error: NodeJS.ErrnoException): void;
  dispose(): void;
}

const NAMES = { SIGINT: 'Ctrl-C', SIGTERM: 'a request to end (SIGTERM)', SIGHUP: 'the terminal was closed (SIGHUP)' } as const;

export function ownSignals(): Signals {
  const controller = new AbortController();
  const running = new Map<string, string>();
  let received = 0;
  let brokenPipe = false;
  let warn: (text: string) => void = () => {};

  const abort = (why: string): void => controller.abort(new AbortError('Interrupted', 130, { why }));
  const onSignal = (name: keyof typeof NAMES): void => {
    received++;
    if (received === 1) return abort(NAMES[name]);
    // A terminal that closes sends SIGHUP and often SIGTERM after it; nobody reads then, and nothing must be lost.
    if (name !== 'SIGINT') return;
    if (received > 2) process.exit(130);
    const steps = [...running.values()];
    warn(`Still waiting for: ${steps.length > 0 ? steps.join(', ') : 'the last call to finish'}. Once more ends nomadctl at once.`);
  };
  let lost = false;
  const onOutputError = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') {
      // A full disk under `> file`: the work goes on, and the exit code tells that its result was lost.
      if (!lost) {
        process.once('exit', () => void (process.exitCode ||= 1));
        lost = true;
        warn(`The output could not be written: ${error.message}`);
      }
      return;
    }
    brokenPipe = true;
    if (!controller.signal.aborted) abort('nobody reads the output any more');
  };
  const names = Object.keys(NAMES) as (keyof typeof NAMES)[];
  for (const name of names) process.on(name, onSignal);
  return {
    signal: forManyCalls(controller.signal),
    onOutputError,
    get brokenPipe() {
      return brokenPipe;
    },
    watch(ui) {
      warn = (text) => ui.warn(text);
      const startPlan: Ui['startPlan'] = (rows) => trackRunning(ui.startPlan(rows), running);
      return Object.create(ui, { startPlan: { value: startPlan } }) as Ui;
    },
    dispose() {
      for (const name of names) process.off(name, onSignal);
    },
  };
}

function trackRunning(progress: PlanProgress, running: Map<string, string>): PlanProgress {
  return {
    start(id, title) {
      running.set(id, title);
      progress.start(id, title);
    },
    line: (id, text) => progress.line(id, text),
    finish(id, end) {
      running.delete(id);
      progress.finish(id, end);
    },
    end: () => progress.end(),
  };
}
