import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isAbort } from '@nomadctl/base/errors';
import { renderHint } from '@nomadctl/base/hint/render-hint';
import { hint, shell, type Hint } from '@nomadctl/base/hint/hint';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { SHAREABLE_FILES } from '../config/ignore-file.js';
import type { Context } from '../context.js';
import type { Finding } from '../programs/doctor/finding.js';

const SHOWN = 3;

/**
 * Files of a cluster's folder that git keeps and must not: they hold secrets, or the state of a cloud. Paths from the
 * folder. None where there is no repository, or no git.
 */
export async function trackedFiles({ dir }: ClusterPaths, { exec, signal }: Pick<Context, 'exec' | 'signal'>): Promise<string[]> {
  if (!isInRepository(dir)) return [];
  const listed = await exec.run('git', ['-C', dir, 'ls-files', '-z', '--', '.'], { accept: [0, 128], signal }).catch((error: unknown) => {
    if (isAbort(error)) throw error;
    return { stdout: '' };
  });
  return listed.stdout.split('\0').filter((path) => path !== '' && !SHAREABLE_FILES.includes(path));
}

/** A line of `doctor` for what git keeps of a cluster's secrets; none when it keeps nothing. */
export async function trackedFindings(paths: ClusterPaths, name: string, ctx: Context): Promise<Finding[]> {
  const tracked = await trackedFiles(paths, ctx);
  if (tracked.length === 0) return [];
  return [
    {
      id: `tracked-${name}`,
      title: `Files of ${name} in git`,
      found: `git keeps ${namesOf(tracked)}`,
      wanted: 'the cluster file alone: the others hold secrets and states',
      ok: false,
      optional: true,
      faulty: true,
      fix: { command: untrack(paths) },
    },
  ];
}

/** What `up` reminds of; nothing when git keeps no more than it may. */
export async function trackedReminders(paths: ClusterPaths, ctx: Context): Promise<string[]> {
  const tracked = await trackedFiles(paths, ctx);
  if (tracked.length === 0) return [];
  return [
    `git keeps ${namesOf(tracked)} of ${paths.dir}, where secrets and states lie: ${renderHint(untrack(paths), ctx.given)}, and change what was pushed`,
  ];
}

/** From the index only: the files stay. */
function untrack({ dir }: ClusterPaths): Hint {
  return hint`${shell`git -C ${dir} rm -r --cached .`} && ${shell`git -C ${dir} add cluster.yaml .gitignore`}`;
}

function namesOf(files: readonly string[]): string {
  return [...files.slice(0, SHOWN), ...(files.length > SHOWN ? [`${files.length - SHOWN} more`] : [])].join(', ');
}

function isInRepository(folder: string): boolean {
  if (existsSync(join(folder, '.git'))) return true;
  const parent = dirname(folder);
  return parent !== folder && isInRepository(parent);
}
