import { describe, expect, it } from 'vitest';
import type { Allocation, TaskState } from '../../../../src/clients/nomad-rollout-model.js';
import { failureTree, type FailureSources } from '../../../../src/jobs/rollout/failure-tree.js';

function task(more: Partial<TaskState>, events: [type: string, text: string][] = []): TaskState {
  return {
    State: 'dead',
    Failed: true,
    Restarts: 0,
    StartedAt: null,
    FinishedAt: null,
    Events: events.map(([Type, DisplayMessage], Time) => ({ Type, DisplayMessage, Time, Details: null })),
    ...more,
  };
}

function allocation(id: string, tasks: Record<string, TaskState> | null, more: Partial<Allocation> = {}): Allocation {
  return {
    ID: id,
    TaskGroup: 'app',
    NodeName: 'client-1',
    ClientStatus: 'failed',
    ClientDescription: 'Failed tasks',
    CreateTime: 1,
    TaskStates: tasks,
    ...more,
  } as Allocation;
}

const silent: FailureSources = { lastWords: async () => [], memoryNote: async () => undefined };

describe('failureTree', () => {
  it('goes from group to allocation to task to events to the last words', async () => {
    const events: [string, string][] = [
      ['Received', 'Task received'],
      ['Started', 'Task started'],
      ['Terminated', 'Exit Code: 3'],
      ['Restarting', 'in 2s'],
      ['Terminated', 'Exit Code: 3'],
      ['Not Restarting', 'Exceeded attempts'],
    ];
    const lines = await failureTree([allocation('0123456789', { main: task({ Restarts: 2 }, events) })], {
      lastWords: async (_, name, stream) => [`${name} says on ${stream}`],
      memoryNote: async (_, name, { Type }) => (Type === 'Terminated' ? `of the memory of ${name}` : undefined),
    });
    expect(lines).toEqual([
      'group app · allocation 01234567 on client-1 · failed',
      '  task main · dead · restarted 2 times',
      '    Restarting · in 2s',
      '    Terminated · Exit Code: 3',
      '      of the memory of main',
      '    Not Restarting · Exceeded attempts',
      '    stderr  main says on stderr',
      '    stdout  main says on stdout',
    ]);
  });

  it('says why Nomad killed a task of its own accord, such as a template that cannot be rendered', async () => {
    const nonsense = 'Template failed: (dynamic): parse: template: :1: function "nope" not defined';
    const events: [string, string][] = [
      ['Killing', 'Sent interrupt. Waiting 5s before force killing'],
      ['Killing', nonsense],
      ['Alloc Unhealthy', 'Unhealthy because of failed task'],
    ];
    const lines = await failureTree([allocation('0123456789', { main: task({}, events) })], silent);
    expect(lines.slice(2)).toEqual([`    Killing · ${nonsense}`, '    Alloc Unhealthy · Unhealthy because of failed task']);
  });

  it('says which check of a service does not pass, unless nobody was there to answer', async () => {
    const check = { allocation: 'a', service: 'web', name: 'front page', asks: 'http://10.0.0.1:80/health', said: '404 Not Found' };
    const unhealthy = task({ Failed: false, State: 'running' }, [['Alloc Unhealthy', 'not running for 1s']]);
    const of = (main: TaskState) =>
      failureTree([allocation('a', { main })], { ...silent, failingChecks: [check, { ...check, allocation: 'b' }] });
    expect(await of(unhealthy)).toEqual([
      'group app · allocation a on client-1 · failed',
      '  check "front page" of service web · http://10.0.0.1:80/health',
      '    last answer · 404 Not Found',
      '  task main · running',
      '    Alloc Unhealthy · not running for 1s',
    ]);
    expect((await of(task({}))).join()).not.toContain('front page');
  });

  it('leaves out tasks that are fine', async () => {
    const lines = await failureTree(
      [allocation('a', { good: task({ Failed: false, State: 'running' }, [['Started', 'x']]), bad: task({}) })],
      silent,
    );
    expect(lines).toEqual(['group app · allocation a on client-1 · failed', '  task bad · dead']);
  });

  it('leaves out tasks that ended because another one failed', async () => {
    const ended = task({ Failed: false }, [
      ['Sibling Task Failed', 'Task "bad" failed'],
      ['Terminated', 'Exit Code: 0'],
    ]);
    const lines = await failureTree([allocation('a', { ended, bad: task({}, [['Driver Failure', 'no such image']]) })], silent);
    expect(lines).toEqual(['group app · allocation a on client-1 · failed', '  task bad · dead', '    Driver Failure · no such image']);
  });

  it("has the client's words when no task tells anything", async () => {
    expect(await failureTree([allocation('a', null)], silent)).toEqual(['group app · allocation a on client-1 · failed (Failed tasks)']);
  });

  it('shows the newest three', async () => {
    const many = [1, 2, 3, 4, 5].map((time) => allocation(`a${time}`, null, { CreateTime: time }));
    const lines = await failureTree(many, silent);
    expect(lines.map((line) => /allocation (\S+)/.exec(line)?.[1])).toEqual(['a5', 'a4', 'a3', undefined]);
    expect(lines.at(-1)).toBe('and 2 more allocations');
  });
});
