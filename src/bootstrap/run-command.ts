import { Secret, type ChildEnvironment } from '@nomadctl/base/secret/secret';
import { PROGRAM } from './image/lay-root.js';
import type { Context } from '../context.js';
import type { StepIo } from '../engine/step.js';

export interface CommandRun {
  readonly words: readonly string[];
  /** Of backends, for terraform. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Runs a command of nomadctl itself, as somebody who sits at the bootstrapper would: it has its own plan, journal and lock.
 * @throws ToolError when it fails, with the end of what it said
 */
export async function runCommand(
  ctx: Pick<Context, 'exec' | 'env' | 'signal' | 'redact'>,
  { words, environment }: CommandRun,
  io: StepIo,
): Promise<void> {
  const secrets = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, new Secret(value, ctx.redact)]));
  const env: ChildEnvironment = { ...ctx.env, ...secrets };
  await ctx.exec.run(process.execPath, [PROGRAM, ...words, '--yes'], {
    env,
    signal: ctx.signal,
    onLine: (line) => line.trim() !== '' && io.line(line.trim()),
  });
}
