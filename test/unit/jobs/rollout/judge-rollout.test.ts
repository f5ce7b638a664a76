import { describe, expect, it } from 'vitest';
import type { Allocation, Deployment, DeploymentGroup, Evaluation } from '../../../../src/clients/nomad-rollout-model.js';
import { judgeAllocations } from '../../../../src/jobs/rollout/judge-allocations.js';
import { judgeDeployment } from '../../../../src/jobs/rollout/judge-deployment.js';
import type { Rollout } from '../../../../src/jobs/rollout/rollout.js';
import { hintMatching } from '../../../helpers/hint-line.js';

const GROUP: DeploymentGroup = {
  AutoRevert: false,
  Promoted: false,
  RequireProgressBy: '',
  PlacedCanaries: null,
  DesiredCanaries: 0,
  DesiredTotal: 2,
  PlacedAllocs: 2,
  HealthyAllocs: 1,
  UnhealthyAllocs: 0,
};

function deployment(status: string, more: { description?: string; group?: Partial<DeploymentGroup> } = {}): Deployment {
  return {
    ID: 'd',
    JobID: 'web',
    JobVersion: 1,
    Status: status,
    StatusDescription: more.description ?? '',
    TaskGroups: { app: { ...GROUP, ...more.group } },
    CreateIndex: 1,
    ModifyIndex: 1,
  };
}

function allocation(more: Partial<Allocation> = {}): Allocation {
  return {
    ID: 'a1',
    Name: 'web.app[0]',
    NodeID: 'n',
    NodeName: 'client-1',
    Namespace: 'default',
    JobID: 'web',
    JobVersion: 1,
    TaskGroup: 'app',
    DesiredStatus: 'run',
    ClientStatus: 'running',
    ClientDescription: '',
    TaskStates: null,
    DeploymentStatus: null,
    FollowupEvalID: '',
    NextAllocation: '',
    CreateIndex: 1,
    CreateTime: 1,
    ModifyTime: 1,
    ...more,
  };
}

function task(restarts: number, events: { Type: string; Details?: Record<string, string> }[] = []): Allocation['TaskStates'] {
  const Events = events.map(({ Type, Details }, index) => ({ Type, Time: index, DisplayMessage: `${Type}!`, Details: Details ?? null }));
  return { main: { State: 'running', Failed: false, Restarts: restarts, StartedAt: null, FinishedAt: null, Events } };
}

function rollout(more: Partial<Rollout> = {}): Rollout {
  return {
    jobId: 'web',
    words: ['web'],
    type: 'service',
    version: 1,
    deployment: undefined,
    allocations: [],
    evaluations: [],
    canRevert: false,
    unchanged: false,
    patient: false,
    queue: false,
    unplaced: [],
    manual: [],
    settled: [],
    failingChecks: [],
    ...more,
  };
}

const failed = allocation({ ClientStatus: 'failed' });

/** One that ended before anything of it ran. */
function unstarted(id: string, name = 'web.app[0]', event = 'Driver Failure'): Allocation {
  const Events = [{ Type: event, Time: 1, DisplayMessage: 'no such image', Details: null }];
  const main = { State: 'dead' as const, Failed: true, Restarts: 0, StartedAt: null, FinishedAt: null, Events };
  return { ...failed, ID: id, Name: name, TaskStates: { main } };
}

describe('judgeDeployment', () => {
  it.each([
    ['successful', deployment('successful'), {}, { state: 'done', outcome: 'healthy' }],
    [
      'successful, and failed right after',
      deployment('successful'),
      { allocations: [failed] },
      { state: 'failed', code: 'allocation-failed' },
    ],
    [
      'successful, an old failure replaced',
      deployment('successful'),
      { allocations: [{ ...failed, NextAllocation: 'a2' }] },
      { state: 'done' },
    ],
    ['running', deployment('running'), { allocations: [allocation()] }, { state: 'waiting', line: '1 of 2' }],
    [
      'failed',
      deployment('failed', { description: 'Failed due to progress deadline' }),
      {},
      { state: 'failed', code: 'deployment-failed' },
    ],
    [
      'reverted',
      deployment('failed', { description: 'Failed due to unhealthy allocations - rolling back to job version 3' }),
      {},
      {
        state: 'failed',
        code: 'deployment-reverted',
        message: 'job web: version 1 did not become healthy, and Nomad went back to version 3',
      },
    ],
    [
      'cancelled',
      deployment('cancelled', { description: 'Cancelled due to newer version of job' }),
      {},
      { state: 'failed', code: 'deployment-superseded' },
    ],
    [
      'an allocation failed',
      deployment('running'),
      { allocations: [failed] },
      { state: 'failed', code: 'allocation-failed', culprits: [failed] },
    ],
    ['an allocation failed, patient', deployment('running'), { allocations: [failed], patient: true }, { state: 'waiting' }],
    [
      'an allocation failed, reverts by itself',
      deployment('running', { group: { AutoRevert: true } }),
      { allocations: [failed], canRevert: true },
      { state: 'waiting' },
    ],
    [
      'an allocation failed, and there is nothing to go back to',
      deployment('running', { group: { AutoRevert: true } }),
      { allocations: [failed] },
      { state: 'failed', code: 'allocation-failed', message: 'job web: version 1 does not become healthy' },
    ],
    [
      'an allocation could not start',
      deployment('running'),
      { allocations: [unstarted('a1')] },
      { state: 'failed', code: 'allocation-failed', message: 'job web: version 1 cannot start' },
    ],
    [
      'one could not start, reverts by itself: another node may help',
      deployment('running', { group: { AutoRevert: true } }),
      { allocations: [unstarted('a1'), unstarted('a2', 'web.app[1]')], canRevert: true },
      { state: 'waiting' },
    ],
    [
      'nor what replaced it, reverts by itself',
      deployment('running', { group: { AutoRevert: true } }),
      { allocations: [unstarted('a1'), unstarted('a2', 'web.app[0]', 'Failed Validation')], canRevert: true },
      { state: 'hopeless' },
    ],
    [
      'nor what replaced it, reverts by itself, patient',
      deployment('running', { group: { AutoRevert: true } }),
      { allocations: [unstarted('a1'), unstarted('a2')], canRevert: true, patient: true },
      { state: 'waiting' },
    ],
    [
      'unhealthy by its checks',
      deployment('running'),
      { allocations: [allocation({ DeploymentStatus: { Healthy: false, Canary: false } })] },
      { state: 'failed', code: 'allocation-failed' },
    ],
    [
      'canaries wait',
      deployment('running', { description: 'Deployment is running but requires manual promotion', group: { DesiredCanaries: 1 } }),
      {},
      { state: 'done', outcome: 'canary-waiting' },
    ],
    [
      'canaries not healthy yet',
      deployment('running', { description: 'Deployment is running but requires manual promotion', group: { DesiredCanaries: 2 } }),
      {},
      { state: 'waiting' },
    ],
    [
      'canaries promote by themselves',
      deployment('running', { description: 'Deployment is running pending automatic promotion', group: { DesiredCanaries: 1 } }),
      {},
      { state: 'waiting' },
    ],
  ])('%s', (_, given, more, expected) => {
    expect(judgeDeployment(rollout(more), given)).toMatchObject(expected);
  });

  it('notices that the scheduler ran out of room on the way, unless that is fine', () => {
    const stuck = { ID: 'e', Status: 'complete', FailedTGAllocs: { app: {} } } as unknown as Evaluation;
    expect(judgeDeployment(rollout({ evaluations: [stuck] }), deployment('running'))).toEqual({ state: 'unplaceable', evaluation: stuck });
    expect(judgeDeployment(rollout({ evaluations: [stuck], queue: true }), deployment('running'))).toMatchObject({ state: 'waiting' });
  });

  it('with --queue: ends when what has a place is healthy, and not before', () => {
    const stuck = { ID: 'e', Status: 'complete', FailedTGAllocs: { app: {} } } as unknown as Evaluation;
    const queue = { evaluations: [stuck], queue: true };
    const placed = (PlacedAllocs: number, HealthyAllocs: number) => deployment('running', { group: { PlacedAllocs, HealthyAllocs } });
    expect(judgeDeployment(rollout(queue), placed(1, 1))).toMatchObject({ state: 'done', outcome: 'queued' });
    expect(judgeDeployment(rollout(queue), placed(0, 0))).toMatchObject({ state: 'done', outcome: 'queued' });
    expect(judgeDeployment(rollout(queue), placed(1, 0))).toMatchObject({ state: 'waiting' });
    expect(judgeDeployment(rollout({ ...queue, evaluations: [] }), placed(1, 1))).toMatchObject({ state: 'waiting' });
  });

  it('hands over to a person where health is manual, once all that have a place stay up', () => {
    const [one, two] = [allocation(), allocation({ ID: 'a2' })];
    const judge = (more: Partial<Rollout>) =>
      judgeDeployment(rollout({ manual: ['app'], ...more }), deployment('running', { group: { HealthyAllocs: 0 } }));
    expect(judge({ allocations: [one, two], settled: ['a1', 'a2'] })).toMatchObject({ state: 'done', outcome: 'health-waiting' });
    expect(judge({ allocations: [one, two], settled: ['a1'] })).toMatchObject({ state: 'waiting' });
    expect(judge({ allocations: [one], settled: ['a1'] })).toMatchObject({ state: 'waiting' });
    expect(judge({ allocations: [one, two], settled: ['a1', 'a2'], manual: [] })).toMatchObject({ state: 'waiting' });
    const told = { ...two, DeploymentStatus: { Healthy: false, Canary: false } };
    expect(judge({ allocations: [one, told], settled: ['a1', 'a2'] })).toMatchObject({ outcome: 'health-waiting' });
  });

  it('says which check does not pass while it waits', () => {
    const check = { allocation: 'a1', service: 'web', name: 'front page', asks: 'tcp 10.0.0.1:80', said: 'refused' };
    expect(judgeDeployment(rollout({ allocations: [allocation()], failingChecks: [check] }), deployment('running'))).toMatchObject({
      line: '1 of 2 · check "front page" of web: refused',
    });
  });

  it('says what goes wrong while it waits', () => {
    const crashing = allocation({ TaskStates: task(1, [{ Type: 'Terminated', Details: { exit_code: '1' } }, { Type: 'Restarting' }]) });
    expect(judgeDeployment(rollout({ allocations: [crashing] }), deployment('running'))).toMatchObject({
      line: '1 of 2 · app/main: Terminated!, restarted once',
    });
  });
});

describe('judgeAllocations', () => {
  const judge = (more: Partial<Rollout>, up: [string, number][] = [], now = 10_000) => judgeAllocations(rollout(more), new Map(up), now);

  it('waits until an allocation has stayed up', () => {
    expect(judge({ allocations: [allocation()] })).toMatchObject({ state: 'waiting', line: '0 of 1' });
    expect(judge({ allocations: [allocation()] }, [['a1:0', 9000]])).toMatchObject({ state: 'waiting' });
    expect(judge({ allocations: [allocation()] }, [['a1:0', 7000]])).toMatchObject({ state: 'done', outcome: 'healthy' });
  });

  it('counts a restart as a new life, which must settle', () => {
    const crash = { Type: 'Terminated', Details: { exit_code: '2' } };
    const restarting = { Type: 'Restarting', Details: { restart_reason: 'Restart within policy' } };
    const restarted = allocation({ TaskStates: task(1, [crash, restarting, { Type: 'Started' }]) });
    const line = '0 of 1 · app/main: Terminated!, restarted once';
    expect(judge({ allocations: [restarted] }, [['a1:0', 0]])).toMatchObject({ state: 'waiting', line });
    expect(judge({ allocations: [restarted] }, [['a1:1', 0]])).toMatchObject({ state: 'done' });
  });

  it('gives up when the restart policy does, which in mode "delay" fails nothing', () => {
    const reason = { restart_reason: 'Exceeded allowed attempts, applying a delay' };
    const delayed = allocation({ ClientStatus: 'pending', TaskStates: task(2, [{ Type: 'Restarting', Details: reason }]) });
    expect(judge({ allocations: [delayed], type: 'batch' })).toMatchObject({
      state: 'failed',
      message: 'job web: version 1 does not stay up',
    });
    expect(judge({ allocations: [delayed], patient: true })).toMatchObject({ state: 'waiting' });
    const message = 'job web: version 1 cannot start';
    expect(judge({ allocations: [unstarted('a1')] })).toMatchObject({ state: 'failed', code: 'allocation-failed', message });
  });

  it('takes an end for success in batch jobs', () => {
    const ended = allocation({ ClientStatus: 'complete', TaskStates: task(0, [{ Type: 'Terminated', Details: { exit_code: '0' } }]) });
    expect(judge({ allocations: [ended], type: 'batch' })).toMatchObject({ state: 'done', outcome: 'complete' });
  });

  it.each(['service', 'system'])('takes an end for death in %s jobs, deployed now or before', (type) => {
    const ended = allocation({ ClientStatus: 'complete' });
    const allocations = [ended, allocation({ ID: 'a2' })];
    for (const unchanged of [true, false])
      expect(judge({ allocations, type, unchanged }, [['a2:0', 0]])).toMatchObject({ state: 'failed', culprits: [ended] });
    expect(judgeDeployment(rollout({ allocations, type }), deployment('successful'))).toMatchObject({ state: 'failed', culprits: [ended] });
  });

  it.each([
    ['sysbatch', /job logs web --stderr {3}shows why; Nomad runs a sysbatch job again when/],
    ['system', /job logs web --stderr$/],
  ])('says of a dead allocation of an unchanged %s job how it runs again, where a deploy does not do that', (type, next) => {
    const verdict = judge({ allocations: [failed], type, unchanged: true });
    expect(verdict).toMatchObject({ state: 'failed', next: hintMatching(next) });
  });

  it('has nothing to wait for when nothing runs', () => {
    expect(judge({})).toMatchObject({ state: 'done', outcome: 'nothing-to-run' });
    expect(judge({ allocations: [allocation({ DesiredStatus: 'stop', ClientStatus: 'complete' })] })).toMatchObject({
      outcome: 'nothing-to-run',
    });
  });

  it('does not take what waits for a place for nothing to run', () => {
    expect(judge({ unplaced: ['app'], queue: true })).toMatchObject({ outcome: 'queued' });
    expect(judge({ unplaced: ['app'], queue: true, allocations: [allocation()] }, [['a1:0', 0]])).toMatchObject({ outcome: 'queued' });
  });

  it('does not hold an old crash against what was not deployed now', () => {
    const old = allocation({ TaskStates: task(3, [{ Type: 'Terminated', Details: { exit_code: '1' } }]) });
    expect(judge({ allocations: [old], unchanged: true })).toMatchObject({ state: 'done', outcome: 'healthy' });
    expect(judge({ allocations: [{ ...old, ClientStatus: 'failed' }], unchanged: true })).toMatchObject({ state: 'failed' });
  });

  it('patient: a failed allocation that Nomad will replace is waited for', () => {
    expect(judge({ allocations: [{ ...failed, FollowupEvalID: 'e' }], patient: true })).toMatchObject({ state: 'waiting' });
    expect(judge({ allocations: [failed], patient: true })).toMatchObject({ state: 'failed' });
  });
});
