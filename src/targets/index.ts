import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { didYouMean } from '@nomadctl/base/suggest';
import { flagsOfOwners, type OptionFlag } from '../options/flags.js';
import { localTarget } from './local/index.js';
import { ucloudTarget } from './ucloud/index.js';
import type { Target } from './target.js';

/** Every place where a cluster can live; the first is the default. */
export const targets: readonly Target[] = [localTarget as unknown as Target, ucloudTarget as unknown as Target];

/** Flags for the settings of all targets, for commands that take them. */
export function targetFlags(offered: readonly Target[] = targets): OptionFlag[] {
  return flagsOfOwners(offered.map((target) => ({ owner: ownerOf(target), table: target.options })));
}

/** A target as help names it in the middle of a sentence: "this computer". */
export function ownerOf({ title }: Pick<Target, 'title'>): string {
  return title.replace(/^This/, 'this');
}

export function targetOf(id: string): Target {
  const target = targets.find((candidate) => candidate.id === id);
  if (target) return target;
  const ids = targets.map((candidate) => candidate.id);
  throw new UsageError(`there is no target "${id}"${didYouMean(id, ids)}`, {
    code: 'target-unknown',
    why: `targets: ${ids.join(', ')}`,
    next: nomadctl`init --help`,
  });
}
