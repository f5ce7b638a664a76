import { readFile } from 'node:fs/promises';
import type { Root } from './root.js';

/** Jobs that are terraform's already; none when nothing was written yet. */
export async function plannedJobs({ valuesFile }: Pick<Root, 'valuesFile'>): Promise<string[]> {
  try {
    return (JSON.parse(await readFile(valuesFile, 'utf8')) as { jobs: string[] }).jobs;
  } catch {
    return [];
  }
}
