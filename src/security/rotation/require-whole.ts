import { isAbort, OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { reasonOf } from '@nomadctl/base/reason';
import { waitFor } from '@nomadctl/base/wait-for';
import { isAnswering } from '../../clients/probe/is-listening.js';
import { healthProblem } from '../../cluster/cluster-health.js';
import { agentsOfFleet, type Fleet, type FleetAgent } from './fleet.js';
import { nameOf, type Rolling } from './roll-agents.js';

/** An agent that was started again takes moments until it answers; with the load of an election besides, some more. */
const STARTED_MS = 20_000;

/**
 * Refuses to begin while an agent is away: it would miss what is new, and be locked out when what is old goes. One that was begun
 * goes on when all agents run, also with one that cannot join before the others have gone on; an agent that the run before had
 * ended to start it again, and did not live to, is started.
 * @throws OutcomeError `cluster-not-whole` with what is missing; nothing was changed
 */
export async function requireWhole(fleet: Fleet, begun: boolean, rolling: Rolling): Promise<void> {
  const { signal } = rolling;
  const cluster = await fleet.reach();
  const asked = agentsOfFleet(cluster).filter(({ node, program }) => cluster.canAsk(node, program));
  const answers = async (agent: FleetAgent): Promise<boolean> =>
    fleet.hasEnded?.(agent) !== true && (await isAnswering(cluster.endpoint(agent.node, agent.program), signal));
  const silent = async (agents: readonly FleetAgent[]): Promise<FleetAgent[]> => {
    const answered = await mapBounded(agents, REQUESTS_AT_ONCE, answers);
    signal.throwIfAborted();
    return agents.filter((_, index) => !answered[index]);
  };
  let away = await silent(asked);
  if (begun && away.length > 0) {
    for (const agent of away) await startAgain(fleet, agent, { ...rolling, answers: () => answers(agent) });
    away = await silent(away);
  }
  const problem =
    away.length > 0
      ? `${away.map(nameOf).join(', ')} ${away.length === 1 ? 'does' : 'do'} not answer`
      : begun
        ? undefined
        : ((await fleet.pending()) ?? (await healthProblem(cluster, signal)));
  if (problem === undefined) return;
  throw new OutcomeError(begun ? `the rotation cannot go on: ${problem}` : `nothing was rotated: ${problem}`, {
    code: 'cluster-not-whole',
    why: 'an agent that misses what is new is locked out when what is old goes',
    next: nomadctl`up`,
  });
}

/** What keeps it from coming back is for `up` to tell. */
async function startAgain(fleet: Fleet, agent: FleetAgent, rolling: Rolling & { answers(): Promise<boolean> }): Promise<void> {
  const { clock, signal, line, answers } = rolling;
  line(`starting ${nameOf(agent)}, which does not answer`);
  const wait = { what: nameOf(agent), timeoutMs: STARTED_MS, clock, signal, stillHopeful: () => fleet.refuseEnded?.(), next: nomadctl`up` };
  try {
    await fleet.restart(agent);
    await waitFor(wait, async () => ((await answers()) ? { value: true } : { observed: 'no answer' }));
  } catch (error) {
    if (signal.aborted || isAbort(error)) throw error;
    line(`${nameOf(agent)} did not come back: ${reasonOf(error)}`);
  }
}
