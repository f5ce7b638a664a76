import { flagName } from '../options/option.js';
import type { Problem } from '../options/problem.js';
import { flagKey } from '../options/resolve.js';
import type { TargetOptions } from './cluster-file-problems.js';

interface FlagSources {
  readonly targets: readonly TargetOptions[];
  readonly flags?: Readonly<Record<string, unknown>> | undefined;
}

/** A flag of another target, and that target. */
export interface ForeignFlag extends Problem {
  readonly owner: string;
}

/** Flags that set something of another target than the cluster's: nothing would come of them, so they are mistakes. */
export function foreignFlags(target: TargetOptions, { targets, flags = {} }: FlagSources): ForeignFlag[] {
  const foreign = new Map<string, string>();
  for (const { id, options } of targets) {
    for (const key of Object.keys(options)) {
      if (!Object.hasOwn(target.options, key) && flags[flagKey(key)] !== undefined) foreign.set(key, foreign.get(key) ?? id);
    }
  }
  return [...foreign].map(([key, owner]) => ({
    where: flagName(key),
    text: `is a setting of target ${owner}, and the cluster lives on ${target.id}`,
    owner,
  }));
}
