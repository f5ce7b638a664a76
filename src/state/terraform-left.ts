import { hint, shell, type Hint } from '@nomadctl/base/hint/hint';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { lockOwner } from '../engine/lock.js';
import { runningTerraform } from '../terraform/running-terraform.js';
import type { Root, RootName } from '../terraform/root.js';

/** A terraform of this computer that works in a root. */
export interface TerraformAtWork {
  readonly root: RootName;
  readonly pid: number;
}

export function terraformAt(root: Pick<Root, 'name' | 'folder' | 'processFile'>): TerraformAtWork | undefined {
  const running = runningTerraform(root);
  return running && { root: root.name, pid: running.pid };
}

/**
 * Each terraform that is still at work though no run of nomadctl is: the run that started it was killed, or a person did. It goes on to
 * make what it began, and writes its state when it ends.
 */
export async function terraformsLeft(paths: Pick<ClusterPaths, 'lock'>, roots: readonly Root[]): Promise<TerraformAtWork[]> {
  const left = roots.flatMap((root) => terraformAt(root) ?? []);
  return left.length === 0 || (await lockOwner(paths.lock)) ? [] : left;
}

/** A sentence without a full stop. */
export function saysLeft({ root, pid }: TerraformAtWork): string {
  return `terraform (process ${pid}) is still at work in the ${root}, and no run of nomadctl is`;
}

/** What ends it as Ctrl-C would: what it has made by then it writes down. */
export function endTerraform({ pid }: TerraformAtWork): Hint {
  return hint`${shell`kill -INT ${pid}`}   ends it, with what it made written down; it may as well be waited for`;
}
