import { join } from 'node:path';
import type { ClusterPaths } from '@nomadctl/base/paths';
import type { RootBackend } from './backend.js';

export const rootNames = ['network', 'cluster', 'jobs'] as const;
export type RootName = (typeof rootNames)[number];

/** One of terraform's roots of a cluster, as it lies on this computer: `clusters/<name>/terraform/<root>/`. */
export interface Root {
  readonly name: RootName;
  readonly folder: string;
  /** All values that differ between clusters; never a secret. */
  readonly valuesFile: string;
  readonly state: string;
  /** The state as it was last seen in its backend; only where there is one. */
  readonly seen: string;
  /** Where its state is kept when that is not in its folder. */
  readonly backend?: RootBackend;
  /** States before the last changes. */
  readonly backups: string;
  readonly planFile: string;
  readonly processFile: string;
  readonly outputFile: string;
  /** What it was initialised from. */
  readonly initFile: string;
}

export function rootOf({ dir }: Pick<ClusterPaths, 'dir'>, name: RootName): Root {
  const folder = join(dir, 'terraform', name);
  const at = (file: string): string => join(folder, file);
  return {
    name,
    folder,
    valuesFile: at('terraform.tfvars.json'),
    state: at('terraform.tfstate'),
    seen: at('seen.tfstate'),
    backups: at('backups'),
    planFile: at('plan'),
    processFile: at('terraform.process'),
    outputFile: at('output.log'),
    initFile: at('.terraform/nomadctl-init'),
  };
}
