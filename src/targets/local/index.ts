import type { ClusterState } from '../../agents/local-state.js';
import type { Target } from '../target.js';
import { localConnection } from './connection.js';
import { localDoctor } from './doctor.js';
import { localLogFiles, localProgram } from './node-access.js';
import { localOptions } from '../../agents/local-options.js';
import { downPlan, pausePlan, recoverPlan, upPlanFor } from './plan.js';
import { refuseOtherProfile } from '../../agents/refuse-other-profile.js';
import { localReport } from './report.js';

/** Real Consul and Nomad agents as processes of this computer. */
export const localTarget: Target<typeof localOptions, ClusterState> = {
  id: 'local',
  title: 'This computer',
  options: localOptions,
  describe({ servers, clients, splitRoles }) {
    const amount = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
    const serving = splitRoles ? `${amount(servers, 'Consul server')}, ${amount(servers, 'Nomad server')}` : amount(servers, 'server');
    return `${serving}, ${amount(clients, 'client')}`;
  },
  refuseChange: async (cluster) => refuseOtherProfile(cluster),
  up: (cluster) => {
    refuseOtherProfile(cluster);
    return upPlanFor(cluster.settings);
  },
  down: (_cluster, { keepData }) => (keepData ? pausePlan : downPlan),
  recover: () => recoverPlan,
  connection: localConnection,
  report: localReport,
  doctor: localDoctor,
  programOn: localProgram,
  logFiles: localLogFiles,
};
