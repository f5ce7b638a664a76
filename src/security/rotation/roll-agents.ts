import { OutcomeError, isAbort } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { reasonOf } from '@nomadctl/base/reason';
import { waitFor } from '@nomadctl/base/wait-for';
import { shownCertificate } from '../../clients/peer-certificate.js';
import { consulProblem, nomadProblem } from '../../cluster/cluster-health.js';
import { isNomadClient } from '../../cluster/node-roles.js';
import { waitForClients } from '../../cluster/ready-clients.js';
import type { Work } from '../acl/work.js';
import { agentsOfFleet, type Fleet, type FleetAgent } from './fleet.js';
import { handOverLead, leaderOf } from './hand-over-lead.js';

export interface Rolling extends Work {
  readonly line: (text: string) => void;
}

/** An agent that has been told takes moments. */
const RELOAD_MS = 30_000;
const AGAIN_MS = 250;
/** As our client says it, and Consul's program on a host. */
const REFUSED = /\b403\b|ACL not found/;

/** Has an agent read its files anew, unless it has, and sees that it shows its node's certificate of now. */
export async function reloadAgent(fleet: Fleet, agent: FleetAgent, { clock, signal, line }: Rolling): Promise<void> {
  if (await fleet.isCurrent(agent)) return;
  const who = nameOf(agent);
  line(`${who} reads its files anew`);
  await tellToReload(fleet, agent, { clock, signal }).catch((error: unknown) => {
    if (signal.aborted || isAbort(error)) throw error;
    throw notReloaded(agent, error);
  });
  const wanted = await fleet.fingerprint(agent.node);
  const cluster = await fleet.reach();
  if (wanted !== undefined && cluster.canAsk(agent.node, agent.program)) {
    const wait = {
      what: `${who} to show its new certificate`,
      timeoutMs: RELOAD_MS,
      clock,
      signal,
      stillHopeful: () => fleet.refuseEnded?.(),
      next: nomadctl`logs ${agent.node.name}`,
    };
    await waitFor(wait, async () => {
      const shown = await shownCertificate(cluster.endpoint(agent.node, agent.program), signal);
      return shown?.fingerprint256 === wanted ? { value: true } : { observed: 'it goes on with the one that it had' };
    });
  }
  await fleet.settle(agent);
}

/** A server that has just started may refuse every token with 403, until it has read its log as far as its leader says that it is good. */
async function tellToReload(fleet: Fleet, agent: FleetAgent, { clock, signal }: Pick<Rolling, 'clock' | 'signal'>): Promise<void> {
  const deadline = clock.now() + RELOAD_MS;
  for (;;) {
    try {
      return await fleet.reload(agent);
    } catch (error) {
      if (agent.mode !== 'server' || !REFUSED.test(reasonOf(error)) || clock.now() >= deadline) throw error;
      await clock.sleep(AGAIN_MS, signal);
    }
  }
}

/**
 * Starts agents anew that have not read their files of now: Consul's servers, Nomad's servers, then clients, one after the other;
 * who leads comes last. The next one waits until the cluster is whole again.
 */
export async function restartAgents(fleet: Fleet, wanted: (agent: FleetAgent) => boolean, rolling: Rolling): Promise<number> {
  const cluster = await fleet.reach();
  const leaders = await Promise.all([leaderOf(cluster, 'consul', rolling.signal), leaderOf(cluster, 'nomad', rolling.signal)]);
  const order = ({ node, program, mode }: FleetAgent): number =>
    (mode === 'client' ? 4 : program === 'consul' ? 0 : 2) +
    (mode === 'server' && leaders[program === 'consul' ? 0 : 1] === node.name ? 1 : 0);
  const inOrder = agentsOfFleet(cluster)
    .filter(wanted)
    .sort((a, b) => order(a) - order(b));
  let restarted = 0;
  for (const agent of inOrder) {
    if (await fleet.isCurrent(agent)) continue;
    restarted += 1;
    rolling.signal.throwIfAborted();
    rolling.line(`restarting ${nameOf(agent)}`);
    await handOverLead(await fleet.reach(), agent, rolling);
    await fleet.restart(agent);
    await untilBack(fleet, agent, rolling);
  }
  return restarted;
}

async function untilBack(fleet: Fleet, agent: FleetAgent, { clock, signal, timeoutMs, line }: Rolling): Promise<void> {
  const { node, program } = agent;
  const next = nomadctl`logs ${node.name}`;
  const cluster = await fleet.reach();
  const stillHopeful = (): void => fleet.refuseEnded?.();
  const wait = { timeoutMs, clock, signal, stillHopeful };
  if (isNomadClient(agent)) {
    await waitForClients(cluster, { ...wait, line: () => undefined, next: (name) => nomadctl`logs ${name}` });
    return;
  }
  await waitFor({ ...wait, what: `${nameOf(agent)} to be back`, next }, async () => {
    const problem = await (program === 'consul' ? consulProblem : nomadProblem)(cluster, signal);
    if (problem !== undefined) line(problem);
    return problem === undefined ? { value: true } : { observed: problem };
  });
}

export function nameOf({ node, program }: FleetAgent): string {
  return `${program} on ${node.name}`;
}

function notReloaded(agent: FleetAgent, cause: unknown): OutcomeError {
  return new OutcomeError(`${nameOf(agent)} did not take its new files`, {
    code: 'agent-not-reloaded',
    why: reasonOf(cause),
    next: nomadctl`logs ${agent.node.name}`,
    cause,
  });
}
