import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../context.js';
import { portState } from '../../agents/free-port.js';
import { DEFAULT_PORTS } from '../../cluster/agent-ports.js';
import { portOwner } from '../../agents/port-owner.js';
import { clusterProcesses, sweepCluster } from '../../agents/leftovers/sweep.js';
import type { Finding } from '../../programs/doctor/finding.js';
import { readJournal } from '../../engine/journal.js';
import type { ClusterState } from '../../agents/local-state.js';
import { certificateFindings } from '../certificate-findings.js';
import { halfwayFinding } from '../halfway-finding.js';
import { openFinding } from '../open-finding.js';
import { unreachedFindings } from '../unreached-findings.js';
import { openDockerFinding } from './open-docker.js';
import { securityStanding } from './security-standing.js';
import type { LocalCluster } from './local-cluster.js';
import { hint, nomadctl, shell } from '@nomadctl/base/hint/hint';

/** What a cluster on this computer needs besides its programs: loopback addresses, free ports, and no strays of older ones. */
export async function localDoctor(ctx: Context, cluster?: LocalCluster): Promise<readonly Finding[]> {
  const security = cluster ? await securityFindings(ctx, cluster) : [];
  return [
    await addressFinding(),
    ...(await portFindings()),
    ...(await openDockerFinding(ctx.signal)),
    ...leftoverFindings(ctx, cluster),
    ...security,
  ];
}

/** Of a cluster that is there: that it lets everybody in, which of its certificates end, and whom its servers do not reach. */
async function securityFindings(ctx: Context, cluster: LocalCluster): Promise<Finding[]> {
  const { name, paths } = cluster;
  const { state } = await readJournal(paths.journal, name).catch(() => ({ state: {} as Partial<ClusterState> }));
  const standing = await securityStanding({ paths }, (state as Partial<ClusterState>).nodes ?? [], ctx.clock.now());
  if (!standing) return [];
  const between = halfwayFinding({ name, paths });
  const ending = certificateFindings(name, standing, ctx.clock.now());
  const { findUnreached } = await import('./unreached-members.js');
  const unreached = await findUnreached(cluster, state as Partial<ClusterState>, ctx);
  return [
    ...(between ? [between] : openFinding(name, standing, nomadctl`up ${name} --profile secure`)),
    ...ending,
    ...unreachedFindings(name, unreached),
  ];
}

async function addressFinding(): Promise<Finding> {
  const has = (await portState('127.0.64.1', 0)) === 'free';
  return {
    id: 'loopback',
    title: 'Loopback addresses',
    found: has ? 'all of 127.0.0.0/8' : 'only 127.0.0.1',
    wanted: 'any: with 127.0.0.1 alone, nodes differ by port',
    ok: true,
  };
}

/** A program that listens on a port of all addresses keeps every cluster from it; asked on an address that no cluster gets. */
async function portFindings(): Promise<Finding[]> {
  const ports = Object.entries(DEFAULT_PORTS);
  const checked = await Promise.all(ports.map(async ([use, port]) => ({ use, port, state: await portState('127.0.63.254', port) })));
  return checked
    .filter(({ state }) => state === 'taken')
    .map(({ use, port }) => {
      const owner = portOwner('0.0.0.0', port);
      return {
        id: `port-${port}`,
        title: `Port ${port} (${use})`,
        found: owner ? `taken on all addresses by ${owner.program} (process ${owner.pid})` : 'taken on all addresses',
        wanted: 'free, or clusters that differ by port',
        ok: false,
        optional: true,
        fix: {
          command: owner ? hint`${shell`kill ${owner.pid}`}, or ${nomadctl`up --addressing ports`}` : nomadctl`up --addressing ports`,
        },
      };
    });
}

/** Processes of clusters that have no journal any more: their folder is gone, or was never finished. */
function leftoverFindings({ paths }: Context, cluster?: LocalCluster): Finding[] {
  const names = cluster ? [cluster.name] : existsSync(paths.clusters) ? readdirSync(paths.clusters) : [];
  return names
    .filter((name) => !existsSync(paths.cluster(name).journal))
    .map((name) => ({ name, strays: clusterProcesses(paths.cluster(name)) }))
    .filter(({ strays }) => strays.length > 0)
    .map(({ name, strays }) => ({
      id: `leftovers-${name}`,
      title: `Leftovers of ${name}`,
      found: `${strays.length} processes in ${join(paths.clusters, name)}, no journal`,
      wanted: 'none',
      ok: false,
      fix: { command: nomadctl`down ${name}`, run: async (ctx: Context) => void (await sweepCluster(paths.cluster(name), ctx)) },
    }));
}
