import { join } from 'node:path';
import { OutcomeError } from '@nomadctl/base/errors';
import { again } from '@nomadctl/base/hint/hint';
import { Secret, type ChildEnvironment } from '@nomadctl/base/secret/secret';
import type { Context } from '../context.js';
import type { StepIo } from '../engine/step.js';

export interface CommandRun {
  readonly words: readonly string[];
  /** Of backends, for terraform. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What an earlier run of it, killed with everything but its children, may take to end. Terraform finishes what it has begun. */
const PATIENCE_MS = 15 * 60_000;
const PAUSE_MS = 1000;
/** Exit code of a command whose cluster another run holds: that of `LockedError`. */
const LOCKED = 5;
/** What a task is told of the cluster that it runs in, and of its allocation: the cluster that is made is another one. */
const OF_A_TASK = /^(NOMAD|CONSUL|VAULT)_/;

/**
 * Runs a command of nomadctl itself, as somebody who sits at the bootstrapper would: it has its own plan, journal and lock. Where one
 * of an earlier life still runs, which a kill of the bootstrapper alone leaves behind, its end is waited for.
 * @throws ToolError when it fails, with the end of what it said; OutcomeError `bootstrap-locked`
 */
export async function runCommand(
  ctx: Pick<Context, 'exec' | 'env' | 'signal' | 'redact' | 'paths' | 'clock'>,
  { words, environment }: CommandRun,
  io: StepIo,
): Promise<void> {
  const secrets = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, new Secret(value, ctx.redact)]));
  const own = Object.fromEntries(Object.entries(ctx.env).filter(([name]) => !OF_A_TASK.test(name)));
  const env: ChildEnvironment = { ...own, ...secrets };
  const program = join(ctx.paths.templates, '..', 'bin', 'nomadctl.js');
  const until = ctx.clock.now() + PATIENCE_MS;
  for (;;) {
    const { exitCode, stderr } = await ctx.exec.run(process.execPath, [program, ...words, '--yes'], {
      ...{ env, signal: ctx.signal, accept: [0, LOCKED] },
      onLine: (line) => line.trim() !== '' && io.line(line.trim()),
    });
    if (exitCode === 0) return;
    if (ctx.clock.now() > until) {
      throw new OutcomeError('somebody else is at work on the cluster', {
        code: 'bootstrap-locked',
        why: stderr.trim().split('\n').slice(-6),
        next: again(),
      });
    }
    await ctx.clock.sleep(PAUSE_MS, ctx.signal);
  }
}
