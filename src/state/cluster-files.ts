import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { rootNames } from '../terraform/root.js';

/**
 * Of a cluster's folder: what no command could make again, and what another computer needs to go on: the cluster file, what was done,
 * secrets, certificates and keys, what is known of hosts, and what terraform was told. States of terraform are read and kept by themselves.
 */
const FILES = [
  ...['cluster.yaml', '.gitignore', 'journal.json', 'secrets.json'],
  ...['ca.pem', 'ca-chain.pem', 'operator.pem', 'operator-key.pem', 'agents/profile'],
  ...rootNames.flatMap((root) =>
    ['terraform.tfvars.json', '.terraform.lock.hcl', 'released-addresses.json'].map((file) => `terraform/${root}/${file}`),
  ),
];

/** Folders, with all that is in them: keys of hosts, and what they are known by; what terraform registers jobs from. */
const FOLDERS = ['ssh', 'hosts', 'terraform/jobs/specs'];

/** Whether a copy may write to this place of a cluster's folder. */
export function isClusterFile(path: string): boolean {
  const isPlain = path.split('/').every((part) => part !== '' && part !== '..' && part !== '.');
  return isPlain && (FILES.includes(path) || FOLDERS.some((folder) => path.startsWith(`${folder}/`)));
}

/** Paths in a cluster's folder, with slashes, of files that may be there. */
export async function clusterFiles({ dir }: Pick<ClusterPaths, 'dir'>): Promise<string[]> {
  const nested: string[] = [];
  for (const folder of FOLDERS) {
    const entries = await readdir(join(dir, folder), { recursive: true, withFileTypes: true }).catch(() => []);
    nested.push(...entries.filter((entry) => entry.isFile()).map((entry) => relative(dir, join(entry.parentPath, entry.name))));
  }
  return [...FILES, ...nested.filter((path) => !/\.(tmp|draft|lock|claim)$/.test(path)).sort()];
}
