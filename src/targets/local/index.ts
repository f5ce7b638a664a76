import type { ClusterState } from '../../agents/local-state.js';
import { halfwayOf } from '../halfway.js';
import type { Target } from '../target.js';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { localOptions } from '../../agents/local-options.js';
import { madeWith } from '../../agents/profile/made-with.js';
import { profileConflicts } from '../../agents/profile/profile-conflicts.js';
import { underWay } from '../../security/rotation/rotation.js';

/** Of profile poc, which few have, and of the way from there. */
const insecure = () => import('../../agents/profile/insecure.js');
const upgrade = () => import('./upgrade.js');
/** What opens secrets. */
const connections = () => import('./connection.js');
const changes = () => import('../../agents/profile/refuse-other-profile.js');

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
  refuseChange: async (cluster) => (await changes()).refuseOtherProfile(cluster),
  upgrade: async (cluster, state) => ((await changes()).isSecuring(cluster) ? (await upgrade()).upgradeOf(cluster, state) : undefined),
  halfway: halfwayOf,
  up: async (cluster, { leaveJobs }) => {
    const { isSecuring, refuseOtherProfile } = await changes();
    refuseOtherProfile(cluster);
    if (!isSecuring(cluster)) return (await plans()).upPlanFor(cluster.settings);
    const [{ refuseUnformed }, { securingPlan }, { connectNow }] = await Promise.all([
      upgrade(),
      import('./securing-plan.js'),
      connections(),
    ]);
    refuseUnformed(cluster);
    return securingPlan({ connect: connectNow, leaveJobs });
  },
  down: async (_cluster, { keepData }) => (await plans())[keepData ? 'pausePlan' : 'downPlan'],
  recover: async () => (await plans()).recoverPlan,
  reaches: () => ['here'],
  expose: async () => (await import('./expose-plan.js')).exposePlan,
  rotate: async (...request) => (await import('./rotation.js')).localRotation(...request),
  unfinishedRotation: (state) => underWay(state)?.kind,
  // Most of what speaks to agents: commands without a cluster do without it.
  connection: async (cluster, state, ctx) => (state.nodes?.length ? (await connections()).localConnection(cluster, state, ctx) : undefined),
  report: async (...request) => (await import('./report.js')).localReport(...request),
  doctor: async (...request) => (await import('./doctor.js')).localDoctor(...request),
  programOn: async (...request) => (await import('./node-access.js')).localProgram(...request),
  logFiles: async (...request) => (await import('./node-access.js')).localLogFiles(...request),
};
