import { createNomadApi } from '../../clients/nomad-api.js';
import type { Job } from '../../clients/nomad-job-model.js';
import type { PlanReply } from '../../clients/nomad-plan-model.js';
import { ApiError } from '../../errors.js';
import { defineStep } from './job-state.js';

export const planJob = defineStep({
  id: 'plan-job',
  title: 'Planning',
  requires: ['spec'],
  provides: ['planned'],
  async run(at) {
    const api = createNomadApi(at.connection.nomad);
    const { spec } = at.state;
    const [reply, current] = await Promise.all([api.plan(spec, at.signal), api.job(spec.ID, at.signal)]);
    refuseOtherIndex(at.job.options.checkIndex, reply, spec.ID);
    const planned = { reply, unchanged: isUnchanged(reply, current), ...(current ? { version: current.Version } : {}) };
    return { state: { planned } };
  },
});

function refuseOtherIndex(wanted: number | undefined, reply: PlanReply, id: string): void {
  if (wanted === undefined || wanted === reply.JobModifyIndex) return;
  throw new ApiError(`job ${id} was changed by somebody else since it was planned`, {
    code: 'job-changed',
    why: `it is at index ${reply.JobModifyIndex}, the plan was made at ${wanted}; nothing was registered`,
    next: `nomadctl job plan ${id}`,
  });
}

/** A registration would change nothing: neither the specification nor what runs. */
function isUnchanged(reply: PlanReply, current: Job | undefined): boolean {
  if (!current || current.Stop || reply.Diff?.Type !== 'None') return false;
  const updates = Object.values(reply.Annotations?.DesiredTGUpdates ?? {});
  return updates.every(
    (group) => group.Place + group.Migrate + group.Stop + group.InPlaceUpdate + group.DestructiveUpdate + group.Canary === 0,
  );
}
