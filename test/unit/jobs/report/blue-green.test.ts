import { describe, expect, it } from 'vitest';
import type { ServiceInstance } from '../../../../src/clients/consul/consul-replies.js';
import type { Allocation, DeploymentGroup } from '../../../../src/clients/nomad-rollout-model.js';
import { afterStatus, statusText } from '../../../../src/commands/job/status-text.js';
import { coloursOf, trafficIn } from '../../../../src/jobs/report/blue-green.js';
import type { BlueGreenReport, JobReport } from '../../../../src/jobs/report/job-report.js';
import { renderHint } from '../../../../packages/base/src/hint/render-hint.js';
import { createTestContext } from '../../../helpers/test-context.js';

const group = (more: Partial<DeploymentGroup> = {}): DeploymentGroup => ({
  AutoRevert: true,
  Promoted: false,
  RequireProgressBy: null,
  PlacedCanaries: [],
  DesiredCanaries: 2,
  DesiredTotal: 2,
  PlacedAllocs: 2,
  HealthyAllocs: 0,
  UnhealthyAllocs: 0,
  ...more,
});

const allocation = (version: number, index: number, more: Partial<Allocation> = {}): Allocation =>
  ({
    ID: `${version}${index}aaaaaa-1111-2222-3333-444455556666`,
    JobVersion: version,
    TaskGroup: 'web',
    DesiredStatus: 'run',
    ClientStatus: 'running',
    DeploymentStatus: { Healthy: true, Canary: version === 1 },
    ...more,
  }) as Allocation;

const blue = [allocation(0, 1), allocation(0, 2)];
const coming = [allocation(1, 1), allocation(1, 2, { DeploymentStatus: { Healthy: null, Canary: true } })];
const ready = [allocation(1, 1), allocation(1, 2)];

const instance = ({ ID }: Allocation, tags: readonly string[], passing = true): ServiceInstance => ({
  node: 'client-1',
  id: `_nomad-task-${ID}-group-web-web-http`,
  address: '127.0.0.1',
  port: 1,
  tags,
  passing,
  checks: [],
});

describe('colours', () => {
  it('are the version before and the canaries, until they are promoted and after', () => {
    expect(coloursOf({ version: 1, group: group() }, [...blue, ...coming])).toEqual({
      blue: { version: 0, healthy: 2, desired: 2, state: 'stays' },
      green: { version: 1, healthy: 1, desired: 2, state: 'coming' },
    });
    expect(coloursOf({ version: 1, group: group() }, [...blue, ...ready])?.green).toMatchObject({ healthy: 2, state: 'ready' });
    const ending = blue.map((one) => ({ ...one, DesiredStatus: 'stop' as const }));
    expect(coloursOf({ version: 1, group: group({ Promoted: true }) }, [...ending, ...ready])).toEqual({
      blue: { version: 0, healthy: 2, desired: 0, state: 'ending' },
      green: { version: 1, healthy: 2, desired: 2, state: 'promoted' },
    });
  });

  it('are none with fewer canaries than instances, without canaries, and once blue is gone', () => {
    expect(coloursOf({ version: 1, group: group({ DesiredCanaries: 1 }) }, [...blue, ...ready])).toBeUndefined();
    expect(coloursOf({ version: 1, group: group({ DesiredCanaries: 0 }) }, [...blue, ...ready])).toBeUndefined();
    const gone = blue.map((one) => ({ ...one, ClientStatus: 'complete' as const }));
    expect(coloursOf({ version: 1, group: group({ Promoted: true }) }, [...gone, ...ready])).toBeUndefined();
  });
});

describe('traffic', () => {
  const pair = coloursOf({ version: 1, group: group() }, [...blue, ...ready]) as Pick<BlueGreenReport, 'blue' | 'green'>;
  const allocations = [...blue, ...ready];

  it('goes by the tags that Consul has, to healthy instances', () => {
    const instances = [
      ...blue.map((one) => instance(one, ['live'])),
      ...ready.map((one, index) => instance(one, ['next'], index === 0)),
      instance(allocation(7, 1), ['strange']),
    ];
    expect(trafficIn('web', instances, { pair, allocations })).toEqual([
      { service: 'web', tag: 'live', blue: 2, green: 0 },
      { service: 'web', tag: 'next', blue: 0, green: 1 },
    ]);
  });

  it('goes to both where the service has no tags', () => {
    const instances = allocations.map((one) => instance(one, []));
    expect(trafficIn('web', instances, { pair, allocations })).toEqual([{ service: 'web', blue: 2, green: 2 }]);
  });
});

describe('job status', () => {
  const report = (state: 'ready' | 'coming'): JobReport => ({
    id: 'web',
    namespace: 'default',
    type: 'service',
    status: 'running',
    version: 1,
    modifyIndex: 1,
    submittedAt: 0,
    groups: [{ name: 'web', count: 2, limits: {}, desired: 2, running: 4, healthy: 4, failed: 0 }],
    deployment: {
      id: 'd'.repeat(36),
      version: 1,
      status: 'running',
      description: 'Deployment is running but requires manual promotion',
      groups: [{ name: 'web', desired: 2, placed: 2, healthy: state === 'ready' ? 2 : 1, canaries: 2, manual: false, endless: false }],
    },
    blueGreen: [
      {
        group: 'web',
        promoted: false,
        blue: { version: 0, healthy: 2, desired: 2, state: 'stays' },
        green: { version: 1, healthy: state === 'ready' ? 2 : 1, desired: 2, state },
        traffic: [
          { service: 'web', tag: 'live', blue: 2, green: 0 },
          { service: 'web', tag: 'next', blue: 0, green: 2 },
          { service: 'web', tag: 'gone', blue: 0, green: 0 },
        ],
      },
    ],
    parent: undefined,
    allocations: [],
    live: 4,
    events: [],
  });

  it('shows both colours and who is found under which tag', async () => {
    const text = statusText(report('ready'), { ctx: await createTestContext(), url: 'u', failing: [] });
    expect(text).toMatch(
      /COLOUR +VERSION +HEALTHY +STATE\nblue +0 +2 of 2 +stays until green is promoted\ngreen +1 +2 of 2 +canaries, ready/,
    );
    expect(text).toMatch(/traffic +web · live +blue \(2\)\ntraffic +web · next +green \(2\)\ntraffic +web · gone +nobody/);
  });

  it('says the way on and the way back', async () => {
    const { given } = await createTestContext();
    const next = (state: 'ready' | 'coming'): string => renderHint(afterStatus(report(state)) as never, given);
    expect(next('ready')).toBe('nomadctl job promote web, or nomadctl job revert web   takes green away again');
    expect(next('coming')).toBe('nomadctl job revert web');
  });
});
