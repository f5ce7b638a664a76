import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { agentFiles } from '../../agents/node-record.js';
import type { Plan } from '../../engine/step.js';
import { recoverTokenStep, type RecoveryPlace } from '../../steps/cluster/recover-token.js';
import { setSchedulerStep } from '../../steps/cluster/set-scheduler.js';
import { stopJobsStep } from '../../steps/cluster/stop-jobs.js';
import { checkToolsStep } from '../../steps/tools/check-tools.js';
import type { ClusterState } from '../../agents/local-state.js';
import { assignNodesStep } from '../../steps/local/assign-nodes.js';
import { certifyNodesStep } from '../../steps/local/certify-nodes.js';
import type { LocalSettings } from '../../agents/local-options.js';
import { checkConfigsStep } from '../../steps/local/check-configs.js';
import type { LocalContext, LocalSubject } from '../../agents/local-subject.js';
import { reachNodes } from '../../agents/reach-nodes.js';
import { checkMemoryStep } from '../../steps/local/check-memory.js';
import { introduceClientsStep } from '../../steps/local/introduce-clients.js';
import { prepareBridgeStep } from '../../steps/local/prepare-bridge.js';
import { removeFilesStep } from '../../steps/local/remove-files.js';
import { removeNodesStep } from '../../steps/local/remove-nodes.js';
import { restartElectionStep } from '../../steps/local/restart-election.js';
import { startConsulStep, startNomadClientsStep, startNomadServersStep } from '../../steps/local/start-agents.js';
import { stopAgentsStep } from '../../steps/local/stop-agents.js';
import { waitForClientsStep } from '../../steps/local/wait-for-clients.js';
import { waitForLeadersStep } from '../../steps/local/wait-for-leaders.js';
import { writeConfigsStep } from '../../steps/local/write-configs.js';
import { acl, makeAuthority, revokeTokens } from './security-steps.js';

const nodes = (at: LocalContext) => reachNodes(at.state.nodes ?? [], at);

/** What is left of a job's tasks by then ends with its agent. */
const STOP_MS = 6000;

export const upPlan: Plan<LocalSubject, ClusterState> = {
  id: 'up',
  steps: [
    checkToolsStep,
    restartElectionStep,
    assignNodesStep,
    [checkMemoryStep, prepareBridgeStep],
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
    [checkToolsStep, makeAuthority],
    restartElectionStep,
    assignNodesStep,
    [checkMemoryStep, prepareBridgeStep, certifyNodesStep],
    writeConfigsStep,
    startConsulStep,
    startNomadServersStep,
    [checkConfigsStep, acl.consul, acl.nomad, waitForLeadersStep],
    [setSchedulerStep('nodes', nodes), startNomadClientsStep, acl.workloads],
    waitForClientsStep,
    removeNodesStep,
    revokeTokens,
  ],
};

/** The same where Nomad's servers want to know their clients beforehand. */
export const introducedUpPlan: Plan<LocalSubject, ClusterState> = {
  id: 'up',
  steps: securedUpPlan.steps.flatMap((entry) =>
    [entry].flat().includes(startNomadClientsStep as never) ? [introduceClientsStep, entry] : [entry],
  ),
};

export function upPlanFor({ profile, clientIntroduction }: Pick<LocalSettings, 'profile' | 'clientIntroduction'>): typeof upPlan {
  if (profile !== 'secure') return upPlan;
  return clientIntroduction === 'strict' ? introducedUpPlan : securedUpPlan;
}

export const downPlan: Plan<LocalSubject, ClusterState> = {
  id: 'down',
  always: true,
  steps: [stopJobsStep(nodes, STOP_MS), stopAgentsStep, removeFilesStep],
};

/** The data of servers is here. */
const recovery: RecoveryPlace<LocalSubject, ClusterState, 'nodes'> = {
  needs: 'nodes',
  reached: (at) => reachNodes(at.state.nodes, at),
  async write({ cluster }, { node, program, path, index }) {
    const file = join(agentFiles(cluster.paths.agents, node, program).data, path);
    await (index === undefined ? rm(file, { force: true }) : writeFileAtomic(file, index));
  },
};

/** One of the two may be known, and is left alone then. */
export const recoverPlan: Plan<LocalSubject, ClusterState> = {
  id: 'access recover',
  always: true,
  steps: [recoverTokenStep('consul', recovery), recoverTokenStep('nomad', recovery)],
};

/** The data stays, and with it the jobs: their tasks run again after the next `up`. */
export const pausePlan: Plan<LocalSubject, ClusterState> = { id: 'down --keep-data', always: true, steps: [stopAgentsStep] };
