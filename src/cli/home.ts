import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';
import { createPaths, type Paths } from '@nomadctl/base/paths';
import { realPath } from '@nomadctl/base/files/real-path';

/**
 * `$NOMADCTL_HOME`, or the platform's data folder for nomadctl. Programs may be kept apart, in `$NOMADCTL_TOOLS`. Both may be
 * symbolic links, and relative.
 */
export function pathsOf(env: Readonly<Record<string, string | undefined>>, packageRoot: URL): Paths {
  const home = env['NOMADCTL_HOME'] || (homedir() ? envPaths('nomadctl', { suffix: '' }).data : '/var/lib/nomadctl');
  const tools = env['NOMADCTL_TOOLS'];
  return createPaths({ home: realPath(home), tools: tools ? realPath(tools) : undefined, packageRoot: fileURLToPath(packageRoot) });
}
