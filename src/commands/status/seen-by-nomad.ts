import type { ClusterReport } from '../../targets/cluster-report.js';

/** What Nomad says of a node: "ready, eligible (raw_exec)", "leader"; nothing where it does not know it. */
export function seenByNomad(name: string, { nomadClients, nomadServers, nomadLeader }: ClusterReport): string | undefined {
  const client = nomadClients?.find((candidate) => candidate.name === name);
  if (client) return `${client.status}, ${client.eligibility} (${client.drivers.join(', ')})`;
  const server = nomadServers?.find((candidate) => candidate.name === name);
  return server && (nomadLeader === name ? 'leader' : server.status);
}

/** "2 of 2", "no run now". */
export function runningWords({ counts, running, desired }: NonNullable<ClusterReport['jobs']>[number]): string {
  if (counts === 'allocations') return `${running} of ${desired}`;
  return desired === 0 ? 'no run now' : `${running} of ${desired} ${desired === 1 ? 'run' : 'runs'}`;
}
