import type { ClusterState } from '../../agents/local-state.js';
import type { Target } from '../target.js';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { localOptions } from '../../agents/local-options.js';
import { profileConflicts } from '../../agents/profile/profile-conflicts.js';
import { madeWith } from '../../agents/profile/profile-mark.js';
import { underWay } from '../../security/rotation/rotation.js';
import { refuseOtherProfile } from '../../agents/profile/refuse-other-profile.js';
import { connectNow, localConnection } from './connection.js';
import { halfwayOf, isSecuring, refuseUnformed, upgradeOf } from './upgrade.js';

/** Of profile poc, which few have. */
const insecure = () => import('../../agents/profile/insecure.js');

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
  made: madeWith,
  cautions: async ({ profile }) => (profile === 'poc' ? [(await insecure()).pocWarning] : []),
  agreement: async (cluster) => (cluster.settings.profile === 'poc' ? (await insecure()).agreementTo(cluster) : undefined),
  securedBy: ({ name, paths, settings: { profile } }) =>
    profile === 'poc' && madeWith(paths).profile === 'poc' ? nomadctl`up ${name} --profile secure` : undefined,
  refuseChange: async (cluster) => refuseOtherProfile(cluster),
  upgrade: upgradeOf,
  halfway: halfwayOf,
  up: async (cluster, { leaveJobs }) => {
    refuseOtherProfile(cluster);
    refuseUnformed(cluster);
    const { securingPlan, upPlanFor } = await plans();
    return isSecuring(cluster) ? securingPlan({ connect: connectNow, leaveJobs }) : upPlanFor(cluster.settings);
  },
  down: async (_cluster, { keepData }) => (await plans())[keepData ? 'pausePlan' : 'downPlan'],
  recover: async () => (await plans()).recoverPlan,
  rotate: async (...request) => (await import('./rotation.js')).localRotation(...request),
  unfinishedRotation: (state) => underWay(state)?.kind,
  connection: localConnection,
  report: async (...request) => (await import('./report.js')).localReport(...request),
  doctor: async (...request) => (await import('./doctor.js')).localDoctor(...request),
  programOn: async (...request) => (await import('./node-access.js')).localProgram(...request),
  logFiles: async (...request) => (await import('./node-access.js')).localLogFiles(...request),
};
