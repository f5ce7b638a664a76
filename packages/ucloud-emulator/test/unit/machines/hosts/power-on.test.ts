import { expect, it } from 'vitest';
import type { HostStep } from '../../../../src/machines/hosts/host-step.js';
import { powerOn } from '../../../../src/machines/hosts/power-on.js';
import { thrown } from '../../../../../../test/helpers/thrown.js';

/** A container whose init ends with these codes, one at a start; then it runs. */
function containerEnding(...exitCodes: number[]) {
  const left = [...exitCodes];
  let starts = 0;
  const state = () => ({ isRunning: left.length === 0, exitCode: left[0] ?? 0, installs: 1 });
  const container = {
    look: () => Promise.resolve(state()),
    start: () => Promise.resolve(void (starts++, left.shift())),
    run: () => (left.length === 0 ? Promise.resolve('') : Promise.reject(new Error('not running'))),
  };
  const step = { host: { id: 'uhost-a' }, container, signal: new AbortController().signal, note: () => {} } as unknown as HostStep;
  return { power: () => powerOn(step, { isRunning: true, exitCode: 0, installs: 1 }), starts: () => starts };
}

it('starts a host again whose systemd could not begin', async () => {
  const container = containerEnding(255);
  await container.power();
  expect(container.starts()).toBe(1);
});

it('says what may help when it never can', { timeout: 20_000 }, async () => {
  const container = containerEnding(...Array.from({ length: 9 }, () => 255));
  expect((await thrown(() => container.power())).message).toContain('sysctl -w fs.inotify.max_user_instances=1024');
  expect(container.starts()).toBe(3);
});

it('leaves one alone that ended otherwise: it may have been told to', async () => {
  const container = containerEnding(1, 1);
  expect((await thrown(() => container.power())).message).toBe('it ended with 1 as it started');
  expect(container.starts()).toBe(0);
});
