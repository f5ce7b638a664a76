import { expect, it } from 'vitest';
import type { AllocationInFull, TaskEvent } from '../../../../src/clients/nomad-rollout-model.js';
import { memoryKillOf, memoryLimitOf, noteOf } from '../../../../src/jobs/rollout/memory-note.js';
import { NODE } from '../../../helpers/placement-ask.js';

const event = (Type: string, Details: Record<string, string> = {}): TaskEvent => ({ Type, Details, Time: 1, DisplayMessage: '' });
const ended = (Details: Record<string, string>): TaskEvent => event('Terminated', Details);
const started = event('Started');

it.each([
  ['docker and exec say so', ended({ oom_killed: 'true', exit_code: '137', signal: '9' }), [started], 'certain'],
  ['raw_exec by signal', ended({ oom_killed: 'false', exit_code: '137', signal: '9' }), [started], 'probable'],
  ['a shell whose program was killed', ended({ exit_code: '137', signal: '0' }), [started], 'probable'],
  ['Nomad killed it', ended({ exit_code: '137', signal: '9' }), [started, event('Killing')], undefined],
  ['Nomad killed an earlier life of it', ended({ exit_code: '137', signal: '9' }), [started, event('Killing'), started], 'probable'],
  ['another signal', ended({ exit_code: '143', signal: '15' }), [started], undefined],
  ['an error of its own', ended({ exit_code: '1' }), [started], undefined],
  ['another event', event('Killed', { signal: '9' }), [started], undefined],
] as const)('%s: %s', (_, last, before, expected) => {
  expect(memoryKillOf(last, before)).toBe(expected);
});

it('names a limit only where something holds the task to it', () => {
  const allocation = (Driver: string, MemoryMaxMB = 0) =>
    ({
      TaskGroup: 'g',
      Job: { TaskGroups: [{ Name: 'g', Tasks: [{ Name: 't', Driver }] }] },
      AllocatedResources: { Tasks: { t: { Cpu: { CpuShares: 1 }, Memory: { MemoryMB: 32, MemoryMaxMB } } }, Shared: { DiskMB: 0 } },
    }) as unknown as AllocationInFull;
  const rooted = { ...NODE, Attributes: { 'os.cgroups.version': '2' } };
  expect(memoryLimitOf(allocation('raw_exec'), 't', rooted)).toBe(32);
  expect(memoryLimitOf(allocation('raw_exec', 64), 't', rooted)).toBe(64);
  expect(memoryLimitOf(allocation('raw_exec'), 't', NODE)).toBeUndefined();
  expect(memoryLimitOf(allocation('docker'), 't', NODE)).toBe(32);
  expect(memoryLimitOf(allocation('exec'), 'other', rooted)).toBeUndefined();
});

it('says probably where it is', () => {
  expect(noteOf('certain', 32)).toBe('out of memory: the kernel ended it at its limit of 32 MiB');
  expect(noteOf('probable', 32)).toBe('probably out of memory: its limit is 32 MiB, and Nomad did not kill it');
});
