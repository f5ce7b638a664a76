import { createNomadApi } from '../../clients/nomad-api.js';
import { isListening } from '../../clients/probe/is-listening.js';
import { defineStep } from '../../jobs/job-state.js';
import { staticPorts } from '../../jobs/placement/network-problems.js';
import { sharedPortProblems } from '../../jobs/placement/shared-ports.js';

const LOOPBACK = '127.0.0.1';

/** Finds static ports that Nomad would give out twice: clients of this computer share an address, which it does not know. */
export const checkSharedPorts = defineStep({
  id: 'check-shared-ports',
  title: 'Checking static ports',
  requires: ['spec', 'planned', 'nodes'],
  provides: ['portProblems'],
  async run({ connection, state: { spec, planned, nodes }, signal }) {
    const isHere = connection.nodes.path !== undefined;
    if (!isHere || planned.unchanged || spec.TaskGroups.every((group) => staticPorts(group).length === 0))
      return { state: { portProblems: [] } };
    const portProblems = await sharedPortProblems({
      spec,
      updates: planned.reply.Annotations?.DesiredTGUpdates ?? {},
      at: {
        running: await createNomadApi(connection.nomad).runningAllocations(signal),
        isTaken: (port) => isListening({ host: LOOPBACK, port }, signal),
        haveOwn: nodes.every(({ Address }) => Address !== LOOPBACK),
      },
    });
    return { state: { portProblems } };
  },
});
