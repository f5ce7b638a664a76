import type { Context } from '../../context.js';
import { isAbort, OutcomeError } from '@nomadctl/base/errors';
import { livingServer } from '../../cluster/answering-server.js';
import { jumpWayOf, type JumpWay } from '../../machines/jump/jump-way.js';
import { sshPathsOf } from '../../machines/ssh-key.js';
import { reachCluster } from '../../ucloud/security/reach-cluster.js';
import type { UcloudState } from '../../ucloud/ucloud-state.js';
import { clientDrift, reportInside, type Inside } from '../report-inside.js';
import { unfinishedRotation } from '../unfinished-rotation.js';
import { ucloudOf } from '../../ucloud/account/open-cloud.js';
import type { AgentReport, BalancerReport, ClusterReport, NodeReport } from '../cluster-report.js';
import { hostDrift, volumeDrift } from './drift.js';
import { observeHosts, type SeenHost } from './observe-hosts.js';
import { securityAtUcloud } from './security-standing.js';
import { isNetworkPending, pendingText } from './leftover-report.js';
import type { UcloudTargetCluster } from './ucloud-cluster.js';

/** Asks UCloud for the hosts and a living server for the rest, all at once; a part that does not answer is absent. */
export async function ucloudReport(cluster: UcloudTargetCluster, state: Partial<UcloudState>, ctx: Context): Promise<ClusterReport> {
  const waiting = [...(isNetworkPending(state) ? [pendingText(cluster.name, ctx.given)] : []), ...unfinishedRotation(state, ctx)];
  const pending = waiting.length > 0 ? { pending: waiting } : {};
  const [seen, { unreached, closed, ...within }, balancers] = await Promise.all([
    observeHosts(cluster, state, ctx),
    inside(cluster, state, ctx),
    balancersAt(cluster, state, ctx),
  ]);
  const { hosts } = seen;
  const security = await securityAtUcloud(cluster, state, ctx.clock.now());
  const through = throughOf(await jumpWayOf(hosts, sshPathsOf(cluster.paths, cluster.settings)));
  const nodes = hosts.map((host) => nodeReport(host, within, through));
  const clients = within.nomadClients;
  const drift = [
    ...(closed === undefined ? [] : [closed]),
    ...hostDrift(cluster.settings, state, seen),
    ...volumeDrift(cluster, seen),
    ...(clients ? clientDrift(hosts, clients) : []),
  ];
  return {
    nodes,
    ...within,
    ...(unreached.length > 0 ? { unreached } : {}),
    ...(balancers.length > 0 ? { balancers } : {}),
    ...(security ? { security } : {}),
    ...pending,
    drift,
  };
}

async function balancersAt(cluster: UcloudTargetCluster, state: Partial<UcloudState>, ctx: Context): Promise<readonly BalancerReport[]> {
  if (Object.keys(state.innerBalancers ?? {}).length === 0) return [];
  const { observeInnerBalancers } = await import('../../ucloud/balancers/inner-balancers.js');
  const api = await quietly(ucloudOf(cluster, ctx), ctx);
  return observeInnerBalancers(cluster, state, { api, signal: ctx.signal });
}

type Unreached = NonNullable<ClusterReport['unreached']>;

async function inside(
  cluster: UcloudTargetCluster,
  state: Partial<UcloudState>,
  ctx: Context,
): Promise<Inside & { readonly unreached: Unreached; readonly closed?: string }> {
  const { hosts = [] } = state;
  const reached = await reachCluster(hosts, { ...ctx, cluster }).catch((error: unknown) => {
    if (error instanceof OutcomeError && error.code === 'jump-unreachable') return error;
    throw error;
  });
  if (reached instanceof OutcomeError) return { unreached: [], closed: [reached.message, ...reached.why].join(': ') };
  const [consul, nomad] = await Promise.all([livingServer(reached, 'consul', ctx.signal), livingServer(reached, 'nomad', ctx.signal)]);
  if (!consul || !nomad) return { unreached: [] };
  const told = await reportInside({
    servers: { consul: reached.endpoint(consul, 'consul'), nomad: reached.endpoint(nomad, 'nomad') },
    signal: ctx.signal,
    nodes: reached.nodes,
    quietly: (answer) => quietly(answer, ctx),
  });
  if (!told.consulMembers) return { ...told, unreached: [] };
  const { unreachedAtUcloud } = await import('./members/unreached-members.js');
  const look = { members: told.consulMembers, asked: 'server' } as const;
  return { ...told, unreached: await unreachedAtUcloud(cluster, state, { look, ctx }) };
}

async function quietly<T>(answer: Promise<T>, { signal }: Context): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (signal.aborted && isAbort(error)) throw error;
    return undefined;
  });
}

function nodeReport(host: SeenHost, { consulMembers, nomadServers, nomadClients }: Inside, through: string | undefined): NodeReport {
  const { name, role, state } = host;
  const behind = host.publicIp === undefined && through !== undefined ? { through } : {};
  const inside = through === undefined ? host.privateIp : `${host.privateIp} (through ${through})`;
  const address = host.publicIp ? `${host.publicIp} (${host.privateIp})` : inside;
  const nomad = role === 'nomad-server' ? nomadServers : nomadClients;
  const agents = [agentReport('consul', name, consulMembers), ...(role === 'consul-server' ? [] : [agentReport('nomad', name, nomad)])];
  return { name, role, address, ...behind, ...(state === undefined ? {} : { host: state }), agents };
}

/** The host or the computer in between, by its name; nothing where hosts are reached as they are. */
function throughOf(way: JumpWay): string | undefined {
  if (way.kind === 'direct') return undefined;
  return way.kind === 'given' ? way.destination : way.host.name;
}

/** As the servers see it: nobody logs in to look. Without an answer of theirs nothing is known. */
function agentReport(
  program: string,
  node: string,
  seen: readonly { readonly name: string; readonly status: string }[] | undefined,
): AgentReport {
  if (seen === undefined) return { name: program, state: 'unknown' };
  const found = seen.find(({ name }) => name === node);
  return { name: program, state: found && ['alive', 'ready'].includes(found.status) ? 'running' : 'stopped' };
}
