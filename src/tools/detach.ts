import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { ToolError } from '@nomadctl/base/errors';
import type { DetachOptions, Exec } from './exec.js';
import type { NamedPrograms } from './named-program.js';
import { openEnvironment } from './open-environment.js';
import { passedOnEnv } from './passed-on-env.js';
import { startNamed } from './start-named.js';

/** Starts programs that outlive us, by Node's own spawn: execa has nothing to add to a child that nobody waits for. */
export function createDetach(env: Readonly<Record<string, string | undefined>>, programs?: Pick<NamedPrograms, 'of'>): Exec['detach'] {
  const defaults = passedOnEnv(env);
  return (file, argv, options) => startNamed(programs, file, (place) => detach(place, argv, { env: defaults, ...options }));
}

async function detach(file: string, argv: readonly string[], options: DetachOptions): Promise<number> {
  const output = openSync(options.outputFile, 'a', 0o600);
  try {
    const child = spawn(file, [...argv], {
      ...(options.cwd ? { cwd: options.cwd } : {}),
      env: openEnvironment(options.env),
      detached: true,
      stdio: ['ignore', output, output],
    });
    await once(child, 'spawn');
    child.unref();
    return child.pid ?? 0;
  } catch (cause) {
    throw new ToolError(`${file} could not be started`, { code: 'tool-not-started', cause });
  } finally {
    closeSync(output);
  }
}
