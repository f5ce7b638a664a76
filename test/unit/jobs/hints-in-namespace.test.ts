import { expect, test } from 'vitest';
import type { JobSpec } from '../../../src/clients/nomad-job-model.js';
import type { NomadApi } from '../../../src/clients/nomad-api.js';
import type { Deployment } from '../../../src/clients/nomad-rollout-model.js';
import { exposedService } from '../../../src/exposure/exposed-service.js';
import { unplaceable } from '../../../src/jobs/placement/unplaceable.js';
import { judgeAllocations } from '../../../src/jobs/rollout/judge-allocations.js';
import { judgeDeployment } from '../../../src/jobs/rollout/judge-deployment.js';
import { versionAt } from '../../../src/jobs/rollout/registered-version.js';
import type { Rollout } from '../../../src/jobs/rollout/rollout.js';
import { promisedBy } from '../../../src/jobs/verify/failover-scene.js';
import { hintLine } from '../../helpers/hint-line.js';
import { thrown } from '../../helpers/thrown.js';

/* A job's file may name its namespace: what is to be pasted then has to, for nobody gave it. */

const WORDS = ['web', '--namespace', 'shop'];
const { signal } = new AbortController();

const rollout = (more: Partial<Rollout> = {}): Rollout => ({
  ...{ jobId: 'web', words: WORDS, type: 'service', version: 1, deployment: undefined, allocations: [], evaluations: [] },
  ...{ canRevert: false, unchanged: false, patient: false, queue: false, unplaced: [], manual: [], settled: [], failingChecks: [] },
  ...more,
});
const deployment = (Status: string, StatusDescription: string): Deployment =>
  ({ ID: 'd', JobVersion: 1, CreateIndex: 1, TaskGroups: {}, Status, StatusDescription }) as unknown as Deployment;
const spec = { ID: 'web', Namespace: 'shop', Type: 'service', TaskGroups: [{ Name: 'app', Count: 1 }] } as unknown as JobSpec;
const dead = { ID: 'a', JobVersion: 1, ClientStatus: 'failed', DesiredStatus: 'run', TaskGroup: 'app', Name: 'web.app[0]', TaskStates: {} };

const nextOf = (verdict: object): string => hintLine((verdict as { next?: Parameters<typeof hintLine>[0] }).next) ?? '';

test.each([
  [
    'a deployment that was cancelled',
    () => judgeDeployment(rollout(), deployment('cancelled', 'Cancelled')),
    'nomadctl job status web --namespace shop',
  ],
  ['one that failed', () => judgeDeployment(rollout(), deployment('failed', 'Failed')), 'nomadctl job status web --namespace shop'],
  [
    'one that went back',
    () => judgeDeployment(rollout(), deployment('failed', 'Failed - rolling back to job version 0')),
    'nomadctl job status web --namespace shop',
  ],
  [
    'an allocation that is dead',
    () => judgeAllocations(rollout({ allocations: [dead] as unknown as Rollout['allocations'] }), new Map(), 0),
    'nomadctl job logs web --namespace shop --stderr',
  ],
  [
    'what has no place',
    () => unplaceable(spec, { failed: { app: { CoalescedFailures: 0 } as never }, why: [], registered: true }),
    'nomadctl job status web --namespace shop; nomadctl job scale web --namespace shop app <count> --fail-deployment   ends its deployment, which may have no deadline',
  ],
])('%s', (_, said, expected) => {
  expect(nextOf(said())).toBe(expected);
});

test('refusals', async () => {
  const undeclared = await thrown(async () => promisedBy('web', undefined, WORDS));
  const changed = await thrown(() => {
    const api = { namespace: 'shop', job: () => ({ JobModifyIndex: 9, Version: 3 }), versions: () => [] } as unknown as NomadApi;
    return versionAt(api, { id: 'web', index: 5, signal });
  });
  const services = [
    { Name: 'web', PortLabel: 'http' },
    { Name: 'admin', PortLabel: 'admin' },
  ];
  const several = await thrown(async () =>
    exposedService({ ...spec, TaskGroups: [{ Name: 'app', Services: services, Tasks: [] }] } as unknown as JobSpec, undefined),
  );
  expect([undeclared, changed, several].map(({ next }) => hintLine(next))).toEqual([
    'nomadctl job verify web --namespace shop',
    'nomadctl job status web --namespace shop',
    'nomadctl job expose web --namespace shop --port http',
  ]);
});
