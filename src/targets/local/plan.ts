import type { Plan } from '../../engine/step.js';
import { checkToolsStep } from '../../steps/tools/check-tools.js';
import type { ClusterState } from '../../agents/local-state.js';
import { assignNodesStep } from '../../steps/local/assign-nodes.js';
import type { LocalSubject } from '../../agents/local-subject.js';
import { checkMemoryStep } from '../../steps/local/check-memory.js';
import { removeFilesStep } from '../../steps/local/remove-files.js';
import { removeNodesStep } from '../../steps/local/remove-nodes.js';
import { restartElectionStep } from '../../steps/local/restart-election.js';
import { setSchedulerStep } from '../../steps/local/set-scheduler.js';
import { startConsulStep, startNomadClientsStep, startNomadServersStep } from '../../steps/local/start-agents.js';
import { stopAgentsStep } from '../../steps/local/stop-agents.js';
import { stopJobsStep } from '../../steps/local/stop-jobs.js';
import { waitForClientsStep } from '../../steps/local/wait-for-clients.js';
import { waitForLeadersStep } from '../../steps/local/wait-for-leaders.js';
import { writeConfigsStep } from '../../steps/local/write-configs.js';

export const upPlan: Plan<LocalSubject, ClusterState> = {
  id: 'up',
  steps: [
    checkToolsStep,
    restartElectionStep,
    assignNodesStep,
    checkMemoryStep,
    writeConfigsStep,
    [startConsulStep, startNomadServersStep],
    waitForLeadersStep,
    [setSchedulerStep, startNomadClientsStep],
    waitForClientsStep,
    removeNodesStep,
  ],
};

export const downPlan: Plan<LocalSubject, ClusterState> = {
  id: 'down',
  always: true,
  steps: [stopJobsStep, stopAgentsStep, removeFilesStep],
};

/** The data stays, and with it the jobs: their tasks run again after the next `up`. */
export const pausePlan: Plan<LocalSubject, ClusterState> = { id: 'down --keep-data', always: true, steps: [stopAgentsStep] };
