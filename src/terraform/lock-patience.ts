import { ToolError } from '@nomadctl/base/errors';
import type { StateLock } from './backend.js';
import { breakIfDead } from './dead-lock.js';
import type { Diagnostic, Gathered } from './plan-stream.js';
import type { TerraformScope } from './terraform-scope.js';

type LockScope = Pick<TerraformScope, 'ctx' | 'root' | 'line'>;

/** Longer than the delay after a lock was taken away from its holder: 5 s for terraform's own sessions at Consul. */
const DELAY_PATIENCE_MS = 10_000;
const PAUSE_MS = 400;

export interface LockPatience {
  /** To be asked after a run that failed: whether the lock that kept it from its state is worth another attempt, at once. */
  again(failed: Pick<Gathered, 'errors'>): Promise<boolean>;
}

/**
 * Of a lock in a backend. Terraform waits for one that somebody holds (`-lock-timeout`), but not through the delay after a holder has
 * lost it: it then says nothing of a holder, and fails at once. And a lock that nobody will ever give back it waits for in vain.
 */
export function openLockPatience({ ctx, root, line }: LockScope): LockPatience {
  const { clock, signal } = ctx;
  let since: number | undefined;
  return {
    async again({ errors }) {
      const { backend } = root;
      const refused = backend && errors.find(isLockError);
      if (!refused) return false;
      const lock = lockIn(refused) ?? (await backend.lockHolder());
      if (lock !== undefined) return breakIfDead({ clock, signal }, { root, backend, lock, line });
      since ??= clock.now();
      if (clock.now() - since > DELAY_PATIENCE_MS) return false;
      line('waiting until the lock of the state may be taken');
      await clock.sleep(PAUSE_MS, signal);
      return true;
    },
  };
}

export const isLockError = ({ summary }: Pick<Diagnostic, 'summary'>): boolean => /state lock/i.test(summary);

/** Who holds it, as terraform tells; nothing where it does not. */
export function lockIn({ detail = '' }: Pick<Diagnostic, 'detail'>): StateLock | undefined {
  const field = (name: string): string | undefined => new RegExp(`^\\W*${name}:\\s*(\\S.*)$`, 'm').exec(detail)?.[1]?.trim();
  const id = field('ID');
  if (id === undefined) return undefined;
  return { id, who: field('Who') ?? 'unknown', operation: field('Operation') ?? 'unknown', created: field('Created') ?? 'unknown' };
}

/** Does something short with a state, once more where only its lock was in the way. */
export async function throughLocks<T>(scope: LockScope, work: () => Promise<T>): Promise<T> {
  const patience = openLockPatience(scope);
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      const detail = error.why.join('\n');
      const summary = /Error acquiring the state lock/.exec(detail)?.[0] ?? '';
      if (!(await patience.again({ errors: [{ severity: 'error', summary, detail }] }))) throw error;
    }
  }
}
