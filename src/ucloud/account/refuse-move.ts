import { readFile } from 'node:fs/promises';
import { UsageError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import { setCommand } from '../../options/conflict.js';
import { hasResources } from '../../terraform/has-resources.js';
import { rootNames, rootOf, type Root } from '../../terraform/root.js';
import type { UcloudCluster } from '../ucloud-subject.js';

type Moving = Pick<UcloudCluster, 'name' | 'paths'> & { readonly settings: Pick<UcloudCluster['settings'], 'projectId' | 'region'> };

/**
 * A cluster stays in its project and region while terraform has anything there: looked for elsewhere, all of it would seem
 * to be gone, and would be paid for until somebody noticed.
 * @throws UsageError `cluster-moved`.
 */
export async function refuseMove({ name, paths, settings }: Moving): Promise<void> {
  for (const rootName of rootNames) {
    const root = rootOf(paths, rootName);
    const before = await placeOf(root);
    if (before === undefined || (before.projectId === settings.projectId && before.region === settings.region)) continue;
    if (!hasResources(root)) continue;
    throw new UsageError(
      `cluster ${name} is in ${before.projectId}, ${before.region}, and cannot move to ${settings.projectId}, ${settings.region}`,
      {
        code: 'cluster-moved',
        why: `it has resources there, as ${root.state} says`,
        next: hint`${setCommand(name, { projectId: before.projectId, region: before.region })}; to move it, first ${nomadctl`down ${name} --wait-network`}`,
      },
    );
  }
}

/** Where terraform was last sent for this root. */
async function placeOf(root: Root): Promise<{ readonly projectId: string; readonly region: string } | undefined> {
  const values = await valuesOf<{ project_id?: unknown; region?: unknown }>(root);
  const { project_id: projectId, region } = values ?? {};
  return typeof projectId === 'string' && typeof region === 'string' ? { projectId, region } : undefined;
}

/** What terraform was last told for this root; nothing before the first time. */
export async function valuesOf<Values>({ valuesFile }: Root): Promise<Values | undefined> {
  return jsonIn<Values>(valuesFile);
}

/** Nothing for a file that is not there or is torn: terraform says so itself, and better. */
async function jsonIn<Value>(path: string): Promise<Value | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Value;
  } catch {
    return undefined;
  }
}
