import { assignNodes } from '../../local-agents/assign-nodes.js';
import { nodesFor } from '../../local-agents/topology.js';
import { defineStep } from './local-subject.js';

/** Gives every node of the cluster file an address; those that have one keep it. */
export const assignNodesStep = defineStep({
  id: 'assign-nodes',
  title: 'Choosing addresses',
  provides: ['nodes', 'leaving'],
  inputs: ({ cluster: { settings } }) => ({ servers: settings.servers, clients: settings.clients, splitRoles: settings.splitRoles }),
  async run({ cluster, state }) {
    const known = [...(state.nodes ?? []), ...(state.leaving ?? [])];
    const { mode, nodes } = await assignNodes({
      owner: cluster.paths.dir,
      mode: cluster.settings.addressing,
      wanted: nodesFor(cluster.settings),
      known,
    });
    const first = nodes[0];
    const leaving = known.filter((node) => !nodes.some(({ name }) => name === node.name));
    return { state: { nodes, leaving }, detail: first === undefined ? 'no nodes' : mode === 'ports' ? '127.0.0.1, own ports' : `${first.address} and on` };
  },
});
