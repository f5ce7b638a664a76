import type { ClusterPaths } from '@nomadctl/base/paths';
import { rootNames, rootOf, type Root } from '../terraform/root.js';
import { keptRoot, whereIs } from './kept-root.js';
import { stateOwner, type StateContext } from './state-owner.js';

interface Owner {
  readonly name: string;
  readonly paths: ClusterPaths;
  /** Absent where the cluster's file is not there, or cannot be read: its states are looked for in its folder then. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** The roots of a cluster, each with the place where its state is by now. @throws what `openBackend` throws */
export async function rootsOf(ctx: StateContext, { name, paths, settings }: Owner): Promise<readonly Root[]> {
  const roots: Root[] = [];
  for (const root of rootNames) {
    if (settings === undefined) {
      roots.push(rootOf(paths, root));
      continue;
    }
    const owner = stateOwner({ name, paths, settings });
    roots.push(keptRoot(ctx, { ...owner, place: await whereIs(owner, root) }, root));
  }
  return roots;
}
