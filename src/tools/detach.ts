import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { ToolError } from '@nomadctl/base/errors';
import type { Exec } from './exec.js';
import { namedProgram } from './named-program.js';
import { openEnvironment } from './open-environment.js';
import { passedOnEnv } from './passed-on-env.js';

/** Starts programs that outlive us, by Node's own spawn: execa has nothing to add to a child that nobody waits for. */
export function createDetach(env: Readonly<Record<string, string | undefined>>): Exec['detach'] {
  const defaults = passedOnEnv(env);
  return async (file, argv, options) => {
    const output = openSync(options.outputFile, 'a', 0o600);
    try {
      const child = spawn(namedProgram(env, file)?.file ?? file, [...argv], {
        ...(options.cwd ? { cwd: options.cwd } : {}),
        env: openEnvironment(options.env ?? defaults),
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
  };
}
