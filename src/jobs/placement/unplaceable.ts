import type { JobSpec } from '../../clients/nomad-job-model.js';
import type { PlacementMetric } from '../../clients/nomad-plan-model.js';
import { OutcomeError } from '@nomadctl/base/errors';
import { again, hint, nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import { jobWords } from '../parse/in-namespace.js';

export interface Unplaced {
  readonly failed: Readonly<Record<string, PlacementMetric>>;
  /** From `explainPlacement`. */
  readonly why: readonly string[];
  readonly registered: boolean;
}

export function unplaceable(spec: JobSpec, { failed, why, registered }: Unplaced): OutcomeError {
  const unplaced = Object.values(failed).reduce((total, metric) => total + 1 + metric.CoalescedFailures, 0);
  const counted = spec.TaskGroups.reduce((total, { Count }) => total + Count, 0);
  const desired = spec.Type === 'system' || spec.Type === 'sysbatch' ? unplaced : Math.max(counted, unplaced);
  return new OutcomeError(`job ${spec.ID}: ${desired - unplaced} of ${desired} allocations could be placed`, {
    code: 'job-unplaceable',
    why: [...why, registered ? 'it is registered: Nomad places the rest when there is room' : 'nothing was registered'],
    next: registered ? wayOut(spec, Object.keys(failed)) : hint`${again({ queue: true })}   registers it all the same`,
    details: { job: spec.ID, desired, unplaced, registered },
  });
}

/** Until there is room, the deployment of a service may go on without a deadline. */
function wayOut({ ID, Type, Namespace }: JobSpec, [group]: readonly string[]): Hint {
  const words = jobWords(ID, Namespace);
  const status = nomadctl`job status ${words}`;
  if (Type !== 'service' || group === undefined) return status;
  return hint`${status}; ${nomadctl`job scale ${words} ${group} <count> --fail-deployment`}   ends its deployment, which may have no deadline`;
}

/** Nomad would place it all, and some of it could not listen. */
export function portsShared(spec: JobSpec, why: readonly string[]): OutcomeError {
  return new OutcomeError(`job ${spec.ID}: not all of it can have its static port`, {
    code: 'port-shared',
    why: [...why, 'nothing was registered'],
    next: hint`${again({ queue: true })}   registers it all the same`,
    details: { job: spec.ID, registered: false },
  });
}
