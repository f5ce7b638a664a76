import type { JobManifest } from './job-manifest.js';

/**
 * The files of the programs that a template names in `job.json`, as its `program.NAME`. On hosts of a cluster, and before anybody has
 * looked, a name stands for itself: the node finds it on its PATH.
 */
export function programValues(
  { programs }: Pick<JobManifest, 'programs'>,
  files: ReadonlyMap<string, string> = new Map(),
): { readonly program: Readonly<Record<string, string>> } {
  const names = Object.values(programs).flatMap((byDriver) => Object.values(byDriver).flat());
  return { program: Object.fromEntries(names.map((name) => [name, files.get(name) ?? name])) };
}
