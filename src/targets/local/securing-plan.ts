import type { ClusterConnection } from '../../cluster/connection.js';
import type { StepContext } from '../../engine/step.js';
import { setSchedulerStep } from '../../steps/cluster/set-scheduler.js';
import { checkToolsStep } from '../../steps/tools/check-tools.js';
import type { ClusterState } from '../../agents/local-state.js';
import { assignNodesStep } from '../../steps/local/assign-nodes.js';
import { certifyNodesStep } from '../../steps/local/certify-nodes.js';
import { checkConfigsStep } from '../../steps/local/check-configs.js';
import { beginClosing, endSecuringStep } from '../../steps/local/close-consul.js';
import { deployJobsAgain } from '../../steps/local/deploy-jobs-again.js';
import { checkMemoryStep } from '../../steps/local/check-memory.js';
import { makeAuthorityStep } from '../../steps/local/make-authority.js';
import { removeNodesStep } from '../../steps/local/remove-nodes.js';
import { restartElectionStep } from '../../steps/local/restart-election.js';
import { revokeTokensStep } from '../../steps/local/revoke-tokens.js';
import { setUpConsulAclStep, setUpNomadAclStep, setUpWorkloadsStep } from '../../steps/local/set-up-acl.js';
import { startConsulStep, startNomadClientsStep, startNomadServersStep } from '../../steps/local/start-agents.js';
import { stopPlainAgentsStep } from '../../steps/local/stop-plain-agents.js';
import { waitForClientsStep } from '../../steps/local/wait-for-clients.js';
import { waitForLeadersStep } from '../../steps/local/wait-for-leaders.js';
import { writeConfigsStep } from '../../steps/local/write-configs.js';
import type { LocalContext, LocalSubject } from '../../agents/local-subject.js';
import { reachNodes } from '../../agents/reach-nodes.js';
import type { upPlan } from './plan.js';

const nodes = (at: LocalContext) => reachNodes(at.state.nodes ?? [], at);

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
export function securingPlan({ connect, leaveJobs }: SecuringOptions): typeof upPlan {
  return {
    id: 'up',
    steps: [
      [checkToolsStep, makeAuthorityStep],
      restartElectionStep,
      assignNodesStep,
      [checkMemoryStep, certifyNodesStep],
      stopPlainAgentsStep,
      writeConfigsStep,
      startConsulStep,
      startNomadServersStep,
      [checkConfigsStep, setUpConsulAclStep, setUpNomadAclStep, waitForLeadersStep],
      [setSchedulerStep('nodes', nodes), startNomadClientsStep, setUpWorkloadsStep],
      waitForClientsStep,
      removeNodesStep,
      revokeTokensStep,
      deployJobsAgain(connect),
      beginClosing(connect, { leaveJobs }),
      { ...writeConfigsStep, id: 'write-closed-configs', title: 'Writing configurations of a closed Consul' },
      { ...startConsulStep, id: 'restart-consul', title: 'Closing Consul to who has no token' },
      endSecuringStep,
    ],
  };
}
