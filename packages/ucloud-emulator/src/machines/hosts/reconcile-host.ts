import { failureOf, isUnreachable } from '../engine-failures.js';
import type { Host, HostState } from '../../records/host.js';
import { makeImagesOf } from '../host-images/make-images-of.js';
import { hostContainer } from './container.js';
import { attachDisks, detachDisks } from './host-disks.js';
import type { HostParts, HostStep } from './host-step.js';
import { install } from './install.js';
import { powerOn } from './power-on.js';

/** Most steps of one reconciliation: a state leads to the next, and requests change it in between. */
const MOST_STEPS = 20;

/**
 * Makes a host what the store says, until they agree.
 * @param signalFor gives a signal that aborts when the store wants another state of this host.
 */
export async function reconcileHost(id: string, parts: HostParts, signalFor: (host: Host) => AbortSignal): Promise<void> {
  const container = hostContainer(id, parts);
  for (let step = 0; step < MOST_STEPS; step++) {
    await makeImagesOf(id, parts);
    const host = parts.view.get('host', id);
    if (!host) return container.remove();
    // A fault leads it somewhere, by the cloud's clock.
    if (!host.machine || host.pending?.some(({ set }) => set.state !== undefined)) return;
    const signal = signalFor(host);
    try {
      await follow({ ...parts, host, container, signal });
    } catch (error) {
      if (isUnreachable(error)) throw error;
      if (!signal.aborted && !fail(host, parts, error)) throw error;
    }
    if (parts.view.get('host', id) === host && !signal.aborted) return;
  }
}

async function follow(step: HostStep): Promise<void> {
  const { host, container, signal } = step;
  const state = await container.look(signal);
  switch (host.state) {
    case 'Initializing':
      await install(step, state);
      return become(step, 'Starting');
    case 'Starting':
      await powerOn(step, state);
      return become(step, 'Running', { bootDiskState: bootDiskState(host) });
    case 'Running':
      if (!state?.isRunning) return ended(step, state?.exitCode);
      await detachDisks(step);
      return attachDisks(step);
    case 'Rebooting':
      await container.stop(GRACE_SECONDS);
      await powerOn(step, await container.look(signal));
      return become(step, 'Running');
    case 'Stopping':
      await container.stop(host.machine?.cutPower ? 0 : GRACE_SECONDS);
      return become(step, 'Stopped');
    case 'Stopped':
    case 'ResizeFail':
      if (!state) throw gone();
      if (state.isRunning) await container.stop(0);
      await detachDisks(step);
      return attachDisks(step);
    case 'Install Fail':
      return container.remove();
  }
}

const GRACE_SECONDS = 20;

/** Local boot disks initialise by the cloud's clock, for minutes: clients have to wait for them. */
function bootDiskState({ localDisks, bootDiskState: now }: Host): Host['bootDiskState'] {
  return localDisks.some(({ isBoot }) => isBoot) ? now : 'Normal';
}

function become({ host, view, note }: HostStep, state: HostState, more: Partial<Host> = {}): void {
  view.change('host', host.id, (now) => {
    if (now.state !== host.state) return undefined;
    const { failure: _gone, ...machine } = now.machine ?? host.machine!;
    return { ...more, state, machine };
  });
  note(host.id, undefined);
}

const gone = (): Error => new Error('its container is gone');

/** What the kernel tells of who ended the init of a container: reboot(2), signals 1 and 2. */
const REBOOTED = 129;

/** It was shut down or restarted from within. */
function ended(step: HostStep, exitCode: number | undefined): void {
  if (exitCode === undefined) throw gone();
  become(step, exitCode === REBOOTED ? 'Starting' : 'Stopped');
}

/** The state that the cloud shows when it could not do what was asked. */
const FAILED: Partial<Record<HostState, HostState>> = {
  Initializing: 'Install Fail',
  Starting: 'Stopped',
  Rebooting: 'Stopped',
  Running: 'Stopped',
  Stopped: 'Stopped',
  ResizeFail: 'ResizeFail',
};

/** @returns false when there is nothing to show for it, and it has to be tried again. */
function fail(host: Host, { view, note }: HostParts, error: unknown): boolean {
  const state = failedState(host);
  if (!state) return false;
  const failure = failureOf(error);
  note(host.id, failure);
  view.change('host', host.id, (now) => {
    const isKnown = now.state === state && now.machine?.failure === failure;
    return now.state === host.state && now.machine && !isKnown ? { state, machine: { ...now.machine, failure } } : undefined;
  });
  return true;
}

function failedState({ state, bootDiskState }: Host): HostState | undefined {
  return state === 'Starting' && bootDiskState === 'Initializing' ? 'Install Fail' : FAILED[state];
}
