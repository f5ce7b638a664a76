import { existsSync } from 'node:fs';
import { complaintOf, launch, relaunch, standingOf, type AgentStanding } from '../../agents/agent-lifecycle.js';
import { waitFor } from '@nomadctl/base/wait-for';
import { mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import { agentsIn } from '../../agents/agents-in.js';
import { nodeOf, reachNodes } from '../../agents/reach-nodes.js';
import { leaderSeenBy } from '../../cluster/cluster-health.js';
import type { AgentRole } from '../../cluster/node-roles.js';
import type { StepIo } from '../../engine/step.js';
import { defineStep, type LocalContext } from '../../agents/local-subject.js';
import { nomadctl } from '@nomadctl/base/hint/hint';

/** Consul first and everywhere, and Nomad's servers beside it: both elect at the same time. */
export const startConsulStep = startAgentsStep({
  id: 'start-consul',
  title: 'Starting Consul',
  starts: ({ program }) => program === 'consul',
});

export const startNomadServersStep = startAgentsStep({
  id: 'start-nomad-servers',
  title: 'Starting Nomad servers',
  starts: ({ program, mode }) => program === 'nomad' && mode === 'server',
});

/** Only after Nomad's servers have a keyring: a client that registers before is refused and waits 15-30 s. */
export const startNomadClientsStep = startAgentsStep({
  id: 'start-nomad-clients',
  title: 'Starting Nomad clients',
  starts: ({ program, mode }) => program === 'nomad' && mode === 'client',
});

interface StartAgents {
  readonly id: string;
  readonly title: string;
  readonly starts: (role: AgentRole) => boolean;
}

function startAgentsStep({ id, title, starts }: StartAgents) {
  return defineStep({
    id,
    title,
    requires: ['tools', 'nodes'],
    async isDone(at) {
      const standings = standingsOf(at, starts);
      const complaint = standings.map(complaintOf).find((text) => text !== undefined);
      return complaint === undefined ? { done: true, detail: amount(standings.length) } : { done: false, because: complaint };
    },
    async run(at, io) {
      const standings = standingsOf(at, starts);
      const missing = standings.filter(({ process }) => process === undefined);
      await startAll(missing, at);
      await restartOutdated(
        standings.filter(({ outdated }) => outdated),
        at,
        io,
      );
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
async function startAll(missing: readonly AgentStanding[], at: At): Promise<void> {
  const failures: unknown[] = [];
  await mapBounded(missing, PROCESSES_AT_ONCE, ({ agent }) =>
    launch(agent, at.state.tools, at).catch((error: unknown) => void failures.push(error)),
  );
  if (failures.length > 0) throw failures[0];
}

/** One after the other, each answering again before the next: servers stay above quorum. */
async function restartOutdated(outdated: readonly AgentStanding[], at: At, io: StepIo): Promise<void> {
  for (const { agent } of outdated) {
    io.line(`restarting ${agent.program} on ${agent.node.name}`);
    await relaunch(agent, at.state.tools, at);
    await waitFor(
      {
        what: `${agent.program} on ${agent.node.name} to answer again`,
        timeoutMs: 60_000,
        clock: at.clock,
        signal: at.signal,
        next: nomadctl`logs ${agent.node.name}`,
      },
      async () => {
        const leader = await leaderSeenBy(await reachNodes([agent.node], at), {
          node: nodeOf(agent.node),
          program: agent.program,
          signal: at.signal,
        });
        return leader === undefined ? { observed: 'it sees no leader' } : { value: true };
      },
    );
  }
}

function amount(agents: number): string {
  return agents === 1 ? '1 agent' : `${agents} agents`;
}
