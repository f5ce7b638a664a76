import type { ClusterState } from '../../agents/local-state.js';
import type { Target } from '../target.js';
import { localConnection } from './connection.js';
import { localOptions } from '../../agents/local-options.js';
import { profileConflicts } from '../../agents/profile/profile-conflicts.js';
import { refuseOtherProfile } from '../../agents/profile/refuse-other-profile.js';

/** Steps are loaded by commands that run some. */
const plans = () => import('./plan.js');

/** Real Consul and Nomad agents as processes of this computer. Plans and reports are loaded when they are needed: every command knows every target. */
export const localTarget: Target<typeof localOptions, ClusterState> = {
  id: 'local',
  title: 'This computer',
  options: localOptions,
  describe({ servers, clients, splitRoles }) {
    const amount = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
    const serving = splitRoles ? `${amount(servers, 'Consul server')}, ${amount(servers, 'Nomad server')}` : amount(servers, 'server');
    return `${serving}, ${amount(clients, 'client')}`;
  },
  check: profileConflicts,
  refuseChange: async (cluster) => refuseOtherProfile(cluster),
  up: async (cluster) => {
    refuseOtherProfile(cluster);
    return (await plans()).upPlanFor(cluster.settings);
  },
  down: async (_cluster, { keepData }) => (await plans())[keepData ? 'pausePlan' : 'downPlan'],
  recover: async () => (await plans()).recoverPlan,
  connection: localConnection,
  report: async (...request) => (await import('./report.js')).localReport(...request),
  doctor: async (...request) => (await import('./doctor.js')).localDoctor(...request),
  programOn: async (...request) => (await import('./node-access.js')).localProgram(...request),
  logFiles: async (...request) => (await import('./node-access.js')).localLogFiles(...request),
};
