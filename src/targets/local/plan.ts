import type { Plan } from '../../engine/step.js';
import { makeAuthorityStep } from '../../steps/cluster/make-authority.js';
import { revokeTokensStep } from '../../steps/cluster/revoke-tokens.js';
import { setSchedulerStep } from '../../steps/cluster/set-scheduler.js';
import { setUpAclSteps } from '../../steps/cluster/set-up-acl.js';
import { stopJobsStep } from '../../steps/cluster/stop-jobs.js';
import { checkToolsStep } from '../../steps/tools/check-tools.js';
import type { ClusterState } from '../../agents/local-state.js';
import { assignNodesStep } from '../../steps/local/assign-nodes.js';
import { certifyNodesStep } from '../../steps/local/certify-nodes.js';
import type { LocalSettings } from '../../agents/local-options.js';
import { checkConfigsStep } from '../../steps/local/check-configs.js';
import type { LocalContext, LocalSubject } from '../../agents/local-subject.js';
import { hasStarted } from '../../agents/profile/profile-mark.js';
import { reachNodes } from '../../agents/reach-nodes.js';
import { checkMemoryStep } from '../../steps/local/check-memory.js';
import { recoverToken } from '../../steps/local/recover-token.js';
import { removeFilesStep } from '../../steps/local/remove-files.js';
import { removeNodesStep } from '../../steps/local/remove-nodes.js';
import { restartElectionStep } from '../../steps/local/restart-election.js';
import { startConsulStep, startNomadClientsStep, startNomadServersStep } from '../../steps/local/start-agents.js';
import { stopAgentsStep } from '../../steps/local/stop-agents.js';
import { waitForClientsStep } from '../../steps/local/wait-for-clients.js';
import { waitForLeadersStep } from '../../steps/local/wait-for-leaders.js';
import { writeConfigsStep } from '../../steps/local/write-configs.js';

const nodes = (at: LocalContext) => reachNodes(at.state.nodes ?? [], at);

const acl = setUpAclSteps<LocalSubject, ClusterState, 'nodes'>({ needs: 'nodes', reached: nodes, consulByCall: false });

/** What is left of a job's tasks by then ends with its agent. */
const STOP_MS = 6000;

export const upPlan: Plan<LocalSubject, ClusterState> = {
  id: 'up',
  steps: [
    checkToolsStep,
    restartElectionStep,
    assignNodesStep,
    checkMemoryStep,
    writeConfigsStep,
    startConsulStep,
    [startNomadServersStep, startNomadClientsStep],
    [checkConfigsStep, waitForLeadersStep],
    [setSchedulerStep('nodes', nodes), waitForClientsStep],
    removeNodesStep,
  ],
};

/**
 * The same with profile secure. Keys and tokens are chosen before anything starts, and agents are started with tokens that do not
 * exist yet; what a Nomad client shows must exist when it starts, or it looks for Consul again only half a minute later.
 */
export const securedUpPlan: Plan<LocalSubject, ClusterState> = {
  id: 'up',
  steps: [
    [checkToolsStep, makeAuthorityStep({ inUse: async ({ cluster }) => hasStarted(cluster.paths.agents) })],
    restartElectionStep,
    assignNodesStep,
    [checkMemoryStep, certifyNodesStep],
    writeConfigsStep,
    startConsulStep,
    startNomadServersStep,
    [checkConfigsStep, waitForLeadersStep, acl.consul, acl.nomad],
    [setSchedulerStep('nodes', nodes), startNomadClientsStep, acl.workloads],
    waitForClientsStep,
    removeNodesStep,
    // Those that are still to be removed need theirs until then.
    revokeTokensStep({
      needs: 'nodes',
      reached: nodes,
      names: ({ state }) => [...state.nodes, ...(state.leaving ?? [])].map(({ name }) => name),
    }),
  ],
};

export function upPlanFor({ profile }: Pick<LocalSettings, 'profile'>): typeof upPlan {
  return profile === 'secure' ? securedUpPlan : upPlan;
}

export const downPlan: Plan<LocalSubject, ClusterState> = {
  id: 'down',
  always: true,
  steps: [stopJobsStep(nodes, STOP_MS), stopAgentsStep, removeFilesStep],
};

/** One of the two may be known, and is left alone then. */
export const recoverPlan: Plan<LocalSubject, ClusterState> = {
  id: 'access recover',
  always: true,
  steps: [recoverToken('consul'), recoverToken('nomad')],
};

/** The data stays, and with it the jobs: their tasks run again after the next `up`. */
export const pausePlan: Plan<LocalSubject, ClusterState> = { id: 'down --keep-data', always: true, steps: [stopAgentsStep] };
