import { readFileSync } from 'node:fs';
import type { Context } from '../../context.js';
import { standingOf, complaintOf, type AgentStanding } from '../../agents/agent-standing.js';
import { runningAgent } from '../../agents/running-agent.js';
import type { NodeRecord } from '../../agents/node-record.js';
import { nodesFor } from '../../agents/topology.js';
import { unfinishedRotation } from '../unfinished-rotation.js';
import { agentsIn } from '../../agents/agents-in.js';
import type { ClusterState } from '../../agents/local-state.js';
import { madeWith } from '../../agents/profile/made-with.js';
import type { AgentReport, ClusterReport, NodeReport } from '../cluster-report.js';
import { securityStanding } from './security-standing.js';
import type { LocalCluster } from './local-cluster.js';

/** Looks at processes and asks the APIs, all at once; a part that does not answer is absent from the report. */
export async function localReport(cluster: LocalCluster, state: Partial<ClusterState>, ctx: Context): Promise<ClusterReport> {
  const standings = standingsOf(cluster, state);
  const nodes = (state.nodes ?? []).map((node) => nodeReport(node, standings));
  const drift = [
    ...sizeDrift(cluster, state),
    ...profileDrift(cluster, state),
    ...standings.map(complaintOf).filter((text) => text !== undefined),
  ];
  const security = await securityStanding(cluster, state.nodes ?? [], ctx.clock.now());
  const pending = unfinishedRotation(state, ctx);
  if (!standings.some(({ process }) => process)) return { nodes, security, pending, drift };
  const [{ localConnection }, { nodeOf }, { clientDrift, reportInside }] = await Promise.all([
    import('./connection.js'),
    import('../../agents/reach-nodes.js'),
    import('../report-inside.js'),
  ]);
  const connection = await localConnection(cluster, state, ctx);
  if (!connection) return { nodes, security, pending, drift };
  const inside = await reportInside({
    servers: connection,
    signal: ctx.signal,
    nodes: (state.nodes ?? []).map(nodeOf),
    quietly: (answer) => answer.catch(() => undefined),
  });
  const clients = inside.nomadClients;
  const { unreachedLocally } = await import('./unreached-members.js');
  const unreached = inside.consulMembers ? await unreachedLocally(cluster, state, { members: inside.consulMembers, ctx }) : [];
  return {
    nodes,
    ...inside,
    ...(unreached.length > 0 ? { unreached } : {}),
    security,
    pending,
    drift: [...drift, ...(clients ? clientDrift(state.nodes ?? [], clients) : [])],
  };
}

function standingsOf(cluster: LocalCluster, state: Partial<ClusterState>): AgentStanding[] {
  const agents = agentsIn(state.nodes ?? [], cluster.paths.agents);
  const { tools } = state;
  return agents.map((agent) => (tools ? standingOf(agent, tools) : { agent, process: runningAgent(agent.files), outdated: false }));
}

function nodeReport(node: NodeRecord, standings: readonly AgentStanding[]): NodeReport {
  const agents = standings.filter(({ agent }) => agent.node.name === node.name).map(agentReport);
  return { name: node.name, role: node.role, address: node.address, agents };
}

function agentReport({ agent, process, outdated }: AgentStanding): AgentReport {
  if (!process) return { name: agent.program, state: 'stopped' };
  const residentBytes = residentBytesOf(process.pid);
  return {
    name: agent.program,
    state: outdated ? 'outdated' : 'running',
    pid: process.pid,
    ...(residentBytes === undefined ? {} : { residentBytes }),
  };
}

/** proc(5): the second field of statm is the resident set in pages, which are 4 KiB on the machines we know. */
function residentBytesOf(pid: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096;
  } catch {
    return undefined;
  }
}

function profileDrift({ paths, settings: { profile } }: LocalCluster, { nodes = [] }: Partial<ClusterState>): string[] {
  const { profile: made = profile } = madeWith(paths);
  return nodes.length === 0 || made === profile ? [] : [`profile ${profile} is wanted, and its agents were made with ${made}`];
}

function sizeDrift({ settings }: LocalCluster, state: Partial<ClusterState>): string[] {
  const wanted = nodesFor(settings).map(({ name }) => name);
  const there = (state.nodes ?? []).map(({ name }) => name);
  const missing = wanted.filter((name) => !there.includes(name)).map((name) => `${name} is in the cluster file and not there yet`);
  const surplus = there.filter((name) => !wanted.includes(name)).map((name) => `${name} is there and no longer in the cluster file`);
  const leaving = (state.leaving ?? []).map(({ name }) => `${name} is still to be removed`);
  return there.length === 0 ? [] : [...missing, ...surplus, ...leaving];
}
