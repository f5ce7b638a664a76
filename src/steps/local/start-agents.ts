import { existsSync } from 'node:fs';
import { createConsulApi } from '../../clients/consul/consul-api.js';
import { launch, refuseEnded } from '../../agents/agent-lifecycle.js';
import { complaintOf, standingOf, type AgentStanding } from '../../agents/agent-standing.js';
import { waitFor } from '@nomadctl/base/wait-for';
import { mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import { beginElection, isPatient } from '../../agents/election.js';
import { agentsIn, type Agent } from '../../agents/agents-in.js';
import { restoreNodeId } from '../../agents/rejoining/restore-node-id.js';
import { restartOutdated } from '../../agents/restart-outdated.js';
import { nodeOf, reachNodes } from '../../agents/reach-nodes.js';
import { nomadProblem } from '../../cluster/cluster-health.js';
import { waitForNomad } from '../../cluster/elected-leaders.js';
import { isNomadClient, type AgentRole } from '../../cluster/node-roles.js';
import type { StepIo } from '../../engine/step.js';
import { defineStep, type LocalContext } from '../../agents/local-subject.js';
import { nomadctl } from '@nomadctl/base/hint/hint';

/**
 * Consul first and everywhere. One of its servers has been told to stand for election before Nomad's servers start: these register
 * themselves with their node's Consul, which then waits for a leader with everything locked, and hears of nothing.
 */
export const startConsulStep = startAgentsStep({
  id: 'start-consul',
  title: 'Starting Consul',
  starts: ({ program }) => program === 'consul',
  // Where nobody runs, nobody remembers it either.
  before: (agent, at, electing) => (electing ? Promise.resolve() : restoreNodeId(agent, at)),
});

export const startNomadServersStep = startAgentsStep({
  id: 'start-nomad-servers',
  title: 'Starting Nomad servers',
  starts: ({ program, mode }) => program === 'nomad' && mode === 'server',
});

/**
 * While the servers elect, but each only when its node's Consul answers: a client that looks for it in vain looks again after
 * 15 s, and gets no jobs with services until then. They are not told of servers without a keyring: one that registers before
 * there is one is refused and waits 15-30 s. Whoever waits for the clients tells them then.
 */
export const startNomadClientsStep = startAgentsStep({
  id: 'start-nomad-clients',
  title: 'Starting Nomad clients',
  starts: isNomadClient,
  joining: async (at) => (await nomadProblem(await reachNodes(at.state.nodes, at), at.signal)) === undefined,
  before: async ({ node }, at) => {
    const { clock, signal } = at;
    const consul = createConsulApi((await reachNodes([node], at)).endpoint(nodeOf(node), 'consul'));
    const own = agentsIn([node], at.cluster.paths.agents).filter(({ program }) => program === 'consul');
    await waitFor(
      {
        what: `Consul on ${node.name} to answer`,
        timeoutMs: ANSWER_MS,
        clock,
        signal,
        stillHopeful: () => refuseEnded(own),
        next: nomadctl`logs ${node.name}`,
      },
      async () => ({ value: await consul.version(signal) }),
    );
  },
  beforeRestart: async (at, { line }) => {
    const { clock, signal } = at;
    await waitForNomad(await reachNodes(at.state.nodes, at), { timeoutMs: ELECTION_MS, clock, signal, line, next: nomadctl`status` });
  },
});

const ANSWER_MS = 60_000;
const ELECTION_MS = 5 * 60_000;

interface StartAgents {
  readonly id: string;
  readonly title: string;
  readonly starts: (role: AgentRole) => boolean;
  /** Whether they know whom to join when they start; they do unless it says otherwise. */
  readonly joining?: (at: At) => Promise<boolean>;
  /** What each waits for before it starts; `electing` where none of the program's servers ran. */
  readonly before?: (agent: Agent, at: At, electing: boolean) => Promise<void>;
  /** What is waited for before those that run are started anew. */
  readonly beforeRestart?: (at: At, io: StepIo) => Promise<void>;
}

function startAgentsStep({ id, title, starts, ...how }: StartAgents) {
  return defineStep({
    id,
    title,
    requires: ['tools', 'nodes'],
    async isDone(at) {
      const standings = standingsOf(at, starts);
      const complaint = standings.map(complaintOf).find((text) => text !== undefined);
      if (complaint !== undefined) return { done: false, because: complaint };
      // A run that was interrupted has not told them.
      if (standings.some(({ agent }) => isPatient(agent))) return { done: false, because: 'its servers have not been told to elect' };
      return { done: true, detail: amount(standings.length) };
    },
    async run(at, io) {
      const standings = standingsOf(at, starts);
      const missing = standings.filter(({ process }) => process === undefined);
      // Where no server runs, nobody leads.
      const electing = !standings.some(({ agent, process }) => agent.mode === 'server' && process !== undefined);
      await startAll(missing, at, { ...how, electing });
      await begin(standings, at);
      const outdated = standings.filter((standing) => standing.outdated);
      if (outdated.length > 0) await how.beforeRestart?.(at, io);
      await restartOutdated(outdated, { ...at, tools: at.state.tools, line: io.line });
      return { detail: amount(standings.length) };
    },
  });
}

type At = LocalContext<'tools' | 'nodes'>;

/**
 * The agents that have to run: those of wanted nodes, and of servers that are to be removed. Until those have left they
 * count for the quorum, which may need them after a reboot.
 */
function standingsOf({ cluster, state }: Pick<At, 'cluster' | 'state'>, starts: StartAgents['starts']): AgentStanding[] {
  const wanted = agentsIn(state.nodes, cluster.paths.agents).filter(starts);
  const leaving = agentsIn(state.leaving ?? [], cluster.paths.agents).filter(
    (agent) => starts(agent) && agent.mode === 'server' && existsSync(agent.files.config),
  );
  const standings = leaving.map((agent) => ({ ...standingOf(agent, state.tools), outdated: false }));
  return [...wanted.map((agent) => standingOf(agent, state.tools)), ...standings];
}

/** When one cannot be started, the others are not left half-way behind a step that has ended. */
async function startAll(
  missing: readonly AgentStanding[],
  at: At,
  { before, joining, electing }: Pick<StartAgents, 'before' | 'joining'> & { electing: boolean },
): Promise<void> {
  const failures: unknown[] = [];
  let answer: Promise<boolean> | undefined;
  const start = async (agent: Agent): Promise<void> => {
    await before?.(agent, at, electing);
    answer ??= joining?.(at) ?? Promise.resolve(true);
    await launch(agent, at.state.tools, { ...at, electing, joining: await answer });
  };
  await mapBounded(missing, PROCESSES_AT_ONCE, ({ agent }) => start(agent).catch((error: unknown) => void failures.push(error)));
  if (failures.length > 0) throw failures[0];
}

/** Has one of the servers that have just been started stand for election. */
async function begin(standings: readonly AgentStanding[], at: At): Promise<void> {
  const servers = standings.map(({ agent }) => agent).filter(({ mode }) => mode === 'server');
  const { clock, signal } = at;
  await beginElection({ servers, cluster: await reachNodes(at.state.nodes, at), clock, signal, stillHopeful: () => refuseEnded(servers) });
}

function amount(agents: number): string {
  return agents === 1 ? '1 agent' : `${agents} agents`;
}
