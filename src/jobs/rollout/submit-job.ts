import type { NomadApi } from '../../clients/nomad-api.js';
import type { RegisterReply } from '../../clients/nomad-jobs.js';
import type { JobSpec } from '../../clients/nomad-job-model.js';
import type { Planned, Rendered } from '../job-state.js';

export interface Submission {
  readonly spec: JobSpec;
  readonly planned: Planned;
  readonly rendered: Rendered;
  readonly signal: AbortSignal;
}

/**
 * Registers a job as it was planned, has Nomad try once more what it has given up, and has what has ended run again.
 *
 * Nomad runs a batch job once for each of its versions, and stopping and registering it makes a new one that says the same. In
 * between nothing can start, as it may when a change is registered and taken back: then work would be done twice.
 *
 * Nomad leaves failed allocations whose retries are used up alone, and places nothing for a version whose deployment has
 * failed: the same specification once more changes neither. So it comes back by way of another that differs in nothing that
 * restarts a task: with a lower priority, and with retries for the groups in question, as Nomad wants before it lets their
 * failed allocations be rescheduled. What is healthy is updated in place. A kill in between leaves a job that differs from its
 * file, which the next deploy puts right.
 * https://developer.hashicorp.com/nomad/docs/commands/job/eval#force-reschedule
 * @throws ApiError `job-changed` when it is no longer as it was planned
 */
export async function submitJob(api: NomadApi, { spec, planned, rendered, signal }: Submission): Promise<RegisterReply> {
  const { text, format, variableFlags, variableFiles } = rendered;
  const submission = { Source: text, Format: format, VariableFlags: variableFlags, Variables: variableFiles };
  let modifyIndex = planned.reply.JobModifyIndex;
  if (planned.rerun) ({ JobModifyIndex: modifyIndex } = await api.stop({ id: spec.ID, purge: false, signal }));
  if (planned.givenUp.length > 0) {
    ({ JobModifyIndex: modifyIndex } = await api.register({ job: withRetries(spec, planned.givenUp), modifyIndex, signal }));
    await api.forceReschedule(spec.ID, signal);
  }
  return api.register({ job: spec, modifyIndex, submission, signal });
}

const DEFAULT_PRIORITY = 50;
const SECOND = 1e9;
const RETRIES = { Attempts: 0, Unlimited: true, Delay: 30 * SECOND, DelayFunction: 'constant', MaxDelay: 0, Interval: 0 };

function withRetries(spec: JobSpec, groups: readonly string[]): JobSpec {
  // 1 is the lowest: https://developer.hashicorp.com/nomad/docs/job-specification/job#priority
  const Priority = spec.Priority ?? DEFAULT_PRIORITY;
  return {
    ...spec,
    Priority: Priority > 1 ? Priority - 1 : Priority + 1,
    TaskGroups: spec.TaskGroups.map((group) => (groups.includes(group.Name) ? { ...group, ReschedulePolicy: RETRIES } : group)),
  };
}
