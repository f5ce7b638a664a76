import { readFile } from 'node:fs/promises';
import type { RootValues } from '../../terraform/render-root.js';
import type { Root } from '../../terraform/root.js';

/** Values of the `jobs` root; none before the first job. */
export async function readJobValues({ valuesFile }: Pick<Root, 'valuesFile'>): Promise<RootValues> {
  try {
    return JSON.parse(await readFile(valuesFile, 'utf8')) as RootValues;
  } catch {
    return {};
  }
}

/** Jobs that are terraform's already. */
export async function plannedJobs(root: Pick<Root, 'valuesFile'>): Promise<readonly string[]> {
  const { jobs } = await readJobValues(root);
  return Array.isArray(jobs) ? jobs.map(String) : [];
}
