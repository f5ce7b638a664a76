import { expect, it } from 'vitest';
import type { JobSpec } from '../../../../src/clients/nomad-job-model.js';
import type { DesiredUpdates } from '../../../../src/clients/nomad-plan-model.js';
import type { Allocation } from '../../../../src/clients/nomad-rollout-model.js';
import type { Planned } from '../../../../src/jobs/job-state.js';
import { planJob } from '../../../../src/steps/jobs/plan-job.js';
import { nodeDouble } from '../../../helpers/agent-double.js';
import { endpointAt } from '../../../helpers/endpoint-at.js';
import { NO_UPDATES } from '../../../helpers/placement-ask.js';

const runs = (more: Partial<Allocation> = {}): Allocation =>
  ({ TaskGroup: 'app', JobVersion: 3, DesiredStatus: 'run', ClientStatus: 'running', NextAllocation: '', ...more }) as Allocation;
const failed = runs({ ClientStatus: 'failed', FollowupEvalID: '' });
const complete = runs({ ClientStatus: 'complete', FollowupEvalID: '' });

/** What is planned of a job that is registered as it is, by what Nomad says and has. */
async function planned(type: string, update: Partial<DesiredUpdates>, allocations: readonly Allocation[], count = 2) {
  const { node, nomad } = await nodeDouble({ name: 'server', nomad: 'server' });
  const spec = { ID: 'web', Type: type, TaskGroups: [{ Name: 'app', Count: count, Tasks: [] }] } as unknown as JobSpec;
  const DesiredTGUpdates = { app: { ...NO_UPDATES, ...update } };
  nomad['POST /v1/job/web/plan'] = { JobModifyIndex: 9, Diff: { Type: 'None' }, Annotations: { DesiredTGUpdates }, FailedTGAllocs: null };
  nomad['/v1/job/web'] = { ...spec, Version: 3, Stop: false };
  nomad['/v1/job/web/allocations'] = allocations;
  const endpoint = endpointAt(`http://127.0.0.1:${node.ports.nomadHttp}`);
  const at = { connection: { nomad: endpoint }, state: { spec }, job: { options: {} }, signal: new AbortController().signal };
  const done = await planJob.run(at as never, { line: () => undefined, log: () => undefined });
  const { planned: said } = (done as unknown as { state: { planned: Planned } }).state;
  const { unchanged, givenUp, reply } = said;
  const { Place, Ignore } = reply.Annotations?.DesiredTGUpdates?.['app'] ?? NO_UPDATES;
  return { unchanged, givenUp, Place, Ignore };
}

/** What Nomad 1.11.3 says of system jobs: every node that suits it is counted in `Place`. */
const system = { Ignore: 1, Place: 2 };

it.each([
  ['all of a system job runs', 'system', { Ignore: 2, Place: 2 }, [runs(), runs()], { unchanged: true, Place: 0, Ignore: 2 }],
  ['one of a system job has failed', 'system', system, [runs(), failed], { unchanged: false, Place: 1, Ignore: 1 }],
  ['one of a system job is over', 'system', system, [runs(), complete], { unchanged: false, Place: 1, Ignore: 1 }],
  ['a system job has no allocation on a new node', 'system', system, [runs()], { unchanged: false, Place: 1, Ignore: 1 }],
  [
    'the same, asked with another token than registered it',
    'system',
    { InPlaceUpdate: 1, Place: 2 },
    [runs(), failed],
    { unchanged: false, Place: 1, Ignore: 1 },
  ],
  ['an older Nomad counts what is to be placed alone', 'system', { Ignore: 2, Place: 1 }, [runs(), runs(), failed], { Place: 1 }],
  // Nomad never runs it again: the judgement of what is there has to say so.
  ['one of a sysbatch job has failed', 'sysbatch', { Ignore: 2 }, [complete, failed], { unchanged: true, Place: 0 }],
  ['a batch job has ended', 'batch', { Place: 2 }, [complete, complete], { unchanged: true, Place: 0 }],
  ['one of a service was given up', 'service', { Ignore: 1, Place: 1 }, [runs(), failed], { unchanged: false, givenUp: ['app'], Place: 0 }],
  ['one of a service is over', 'service', { Ignore: 1, Place: 1 }, [runs(), complete], { unchanged: false, givenUp: [], Place: 1 }],
  ['all of a service runs', 'service', { InPlaceUpdate: 2 }, [runs(), runs()], { unchanged: true, Ignore: 2 }],
])('an unchanged job: %s', async (_, type, update, allocations, expected) => {
  expect(await planned(type, update, allocations)).toMatchObject(expected);
});
