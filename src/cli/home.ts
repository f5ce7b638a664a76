import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';
import { createPaths, type Paths } from '@nomadctl/base/paths';

/** `$NOMADCTL_HOME`, or the platform's data folder for nomadctl. Programs may be kept apart, in `$NOMADCTL_TOOLS`. */
export function pathsOf(env: Readonly<Record<string, string | undefined>>, packageRoot: URL): Paths {
  const home = env['NOMADCTL_HOME'] || (homedir() ? envPaths('nomadctl', { suffix: '' }).data : '/var/lib/nomadctl');
  return createPaths({ home, tools: env['NOMADCTL_TOOLS'] || undefined, packageRoot: fileURLToPath(packageRoot) });
}
