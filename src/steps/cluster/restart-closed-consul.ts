import { closeConsul } from '../../security/securing/close-consul.js';
import { securingOf } from '../../security/securing/securing-mark.js';
import type { Securable } from '../../security/securing/securing-place.js';
import type { Fleet } from '../../security/rotation/fleet.js';
import type { Step, StepContext } from '../../engine/step.js';

export interface ClosingPlace<Subject, State, Key extends keyof State> {
  /** The key of the state by which `open` finds the agents. */
  readonly needs: Key;
  /** Gives the agents of the cluster. */
  readonly open: (at: StepContext<Subject, State, Key>) => Fleet;
}

/** As long as servers may take to elect. */
const TIMEOUT_MS = 5 * 60_000;

/** Starts Consul's agents anew, one after the other, with configurations by which they serve nobody without a token. */
export function restartClosedConsul<Subject extends Securable, State, Key extends keyof State>({
  needs,
  open,
}: ClosingPlace<Subject, State, Key>): Step<Subject, State, Key> {
  return {
    id: 'restart-consul',
    title: 'Closing Consul to who has no token',
    requires: [needs],
    async isDone({ cluster }) {
      return securingOf(cluster.paths.agents) ? { done: false, because: 'its agents serve who has none' } : { done: true };
    },
    async run(at, { line }) {
      const fleet = open(at);
      const { clock, signal } = at;
      const restarted = await closeConsul(fleet, { clock, signal, timeoutMs: TIMEOUT_MS, line }).finally(() => fleet.close());
      return { detail: `${restarted} restarted` };
    },
  };
}
