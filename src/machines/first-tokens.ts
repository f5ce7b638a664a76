import type { Context } from '../context.js';
import type { AgentProgram } from '../cluster/node-roles.js';

/**
 * The first management tokens of a new cluster, while its hosts are set up side by side: whoever asks an agent first has one. So
 * none answers anybody but its own host until they are made.
 */
export interface FirstTokens {
  /** Whose first token nobody has made yet. */
  readonly due: readonly AgentProgram[];
  /** Told by each host that has made one, or has found it made. */
  made(program: AgentProgram): void;
  /** Told when a host that was to make one has given up. Does nothing once all are made. */
  failed(error: unknown): void;
  /** Resolves when none is due any more. @throws what `failed` was told */
  all(): Promise<void>;
}

const PAUSE_MS = 50;

export function firstTokens(due: readonly AgentProgram[], { clock, signal }: Pick<Context, 'clock' | 'signal'>): FirstTokens {
  const left = new Set(due);
  let failure: { readonly error: unknown } | undefined;
  return {
    due,
    made: (program) => void left.delete(program),
    failed: (error) => void (failure ??= { error }),
    async all() {
      while (left.size > 0) {
        if (failure) throw failure.error;
        await clock.sleep(PAUSE_MS, signal);
      }
    },
  };
}
