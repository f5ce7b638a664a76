import type { ClusterConnection } from '../../cluster/connection.js';
import type { Plan, StepContext } from '../../engine/step.js';
import type { ClusterState } from '../../agents/local-state.js';
import type { LocalSubject } from '../../agents/local-subject.js';
import { beginClosing, endSecuringStep } from '../../steps/cluster/close-consul.js';
import { deployJobsAgain } from '../../steps/cluster/deploy-jobs-again.js';
import type { SecuringPlace } from '../../security/securing/securing-place.js';
import { startConsulStep } from '../../steps/local/start-agents.js';
import { stopPlainAgentsStep } from '../../steps/local/stop-plain-agents.js';
import { writeConfigsStep } from '../../steps/local/write-configs.js';
import { securedUpPlan } from './plan.js';

export interface SecuringOptions {
  /** Reaches the cluster as it is at that moment. */
  readonly connect: (at: StepContext<LocalSubject, ClusterState>) => Promise<ClusterConnection>;
  readonly leaveJobs: boolean;
}

/**
 * A plain cluster becomes secure, with its jobs running. All agents stop at once, and come back as those of a secured cluster, but
 * for Consul, which goes on to serve who has no token: tasks that run have none, and ask it at its plain port. Jobs are deployed
 * again in this state, and at its end Consul is closed, one agent after the other.
 */
export function securingPlan({ connect, leaveJobs }: SecuringOptions): Plan<LocalSubject, ClusterState> {
  const { id, steps } = securedUpPlan;
  const written = steps.indexOf(writeConfigsStep);
  const place: SecuringPlace<LocalSubject, ClusterState, 'nodes'> = { needs: 'nodes', connect };
  return {
    id,
    steps: [
      ...steps.slice(0, written),
      stopPlainAgentsStep,
      ...steps.slice(written),
      deployJobsAgain(place),
      beginClosing(place, { leaveJobs }),
      { ...writeConfigsStep, id: 'write-closed-configs', title: 'Writing configurations of a closed Consul' },
      { ...startConsulStep, id: 'restart-consul', title: 'Closing Consul to who has no token' },
      endSecuringStep(),
    ],
  };
}
