import { nodeCertificate, type NodeRecord } from '../../agents/node-record.js';
import { profileOf } from '../../agents/profile/profile-mark.js';
import { endingAmong } from '../ending-among.js';
import { THE_AUTHORITY } from '../ends-in.js';
import type { SecurityReport } from '../cluster-report.js';
import type { LocalCluster } from './local-cluster.js';

/** How well a cluster that is there keeps others out, and which of its certificates end within a third of their life. */
export async function securityStanding(
  { paths }: Pick<LocalCluster, 'paths'>,
  nodes: readonly NodeRecord[],
  now: number,
): Promise<SecurityReport | undefined> {
  const profile = profileOf(paths.agents);
  if (profile === undefined || nodes.length === 0) return undefined;
  if (profile === 'poc') return { profile, ending: [] };
  const all = [
    { of: THE_AUTHORITY, path: paths.ca },
    { of: 'the operator', path: paths.operator.certificate },
    ...nodes.map(({ name }) => ({ of: name, path: nodeCertificate(paths.agents, name).certificate })),
  ];
  return { profile, ending: await endingAmong(all, now) };
}
