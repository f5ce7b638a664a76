import type { ClusterPaths } from '@nomadctl/base/paths';
import { rootNames, rootOf, type Root } from '../terraform/root.js';

/** The roots of a cluster, each with the place of its state. */
export function rootsOf({ paths }: { readonly paths: ClusterPaths }): readonly Root[] {
  return rootNames.map((name) => rootOf(paths, name));
}
