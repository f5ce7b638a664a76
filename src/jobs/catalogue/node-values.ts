import { MESH_NETWORK, type Node } from '../../clients/nomad-node-model.js';
import type { JobManifest } from './job-manifest.js';

/** What a template is told of the nodes, besides its variables. */
export interface NodeValues {
  /** The file of each program that the template names in `job.json`, as `program.NAME`. */
  readonly program: Readonly<Record<string, string>>;
  /** The host network in which sidecars reach each other, where it is not the node's first one; else empty. */
  readonly mesh_network: string;
}

/**
 * On hosts of a cluster, and before anybody has looked, a program's name stands for itself: the node finds it on its PATH. Nodes of this
 * computer have a network for sidecars beside loopback (setting `bridge`).
 */
export function nodeValues(
  { programs }: Pick<JobManifest, 'programs'>,
  { files = new Map(), nodes = [] }: { readonly files?: ReadonlyMap<string, string>; readonly nodes?: readonly Node[] } = {},
): NodeValues {
  const names = Object.values(programs).flatMap((byDriver) => Object.values(byDriver).flat());
  const aliases = nodes.flatMap(({ NodeResources }) => NodeResources?.NodeNetworks ?? []).flatMap(({ Addresses }) => Addresses ?? []);
  return {
    program: Object.fromEntries(names.map((name) => [name, files.get(name) ?? name])),
    mesh_network: aliases.some(({ Alias }) => Alias === MESH_NETWORK) ? MESH_NETWORK : '',
  };
}
