import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { isAnswering } from '../../clients/probe/is-listening.js';
import { healthProblem } from '../../cluster/cluster-health.js';
import { agentsOfFleet, type Fleet } from './fleet.js';
import { nameOf } from './roll-agents.js';

/**
 * Refuses to begin while an agent is away: it would miss what is new, and be locked out when what is old goes. One that was begun
 * goes on when all agents run, also with one that cannot join before the others have gone on.
 * @throws OutcomeError `cluster-not-whole` with what is missing; nothing was changed
 */
export async function requireWhole(fleet: Fleet, begun: boolean, signal: AbortSignal): Promise<void> {
  const cluster = await fleet.reach();
  const asked = agentsOfFleet(cluster).filter(({ node, program }) => cluster.canAsk(node, program));
  const answers = await mapBounded(asked, REQUESTS_AT_ONCE, ({ node, program }) => isAnswering(cluster.endpoint(node, program), signal));
  signal.throwIfAborted();
  const silent = asked.filter((_, index) => !answers[index]).map(nameOf);
  const problem =
    silent.length > 0
      ? `${silent.join(', ')} ${silent.length === 1 ? 'does' : 'do'} not answer`
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
