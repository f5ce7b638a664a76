import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { Clock } from '@nomadctl/base/clock';
import { formatDuration } from '@nomadctl/base/duration';
import { transientProblem } from '../owned/transient-problem.js';

export interface PowerRequest {
  readonly id: string;
  /** As users know it. */
  readonly name: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const POLL_MS = 1000;
const TIMEOUT_MS = 5 * 60_000;

/**
 * Cuts a host's power and returns when it is off.
 * @throws OutcomeError `host-state`; `details.state` is `gone` when UCloud has no such host.
 */
export async function powerOff(api: UcloudApi, request: PowerRequest): Promise<void> {
  const cut = () => api.call('PoweroffUHostInstance', { UHostId: request.id }, { signal: request.signal });
  await until('Stopped', api, { ...request, ask: cut, askIn: ['Running', 'Starting', 'Rebooting'] });
}

/** Starts a host and returns when it runs, which is before its agents do. */
export async function powerOn(api: UcloudApi, request: PowerRequest): Promise<void> {
  const start = () => api.call('StartUHostInstance', { UHostId: request.id }, { signal: request.signal });
  await until('Running', api, { ...request, ask: start, askIn: ['Stopped'] });
}

/** Asks whenever the state allows it, and looks again until the host is there: a lost answer makes no difference. */
async function until(
  wanted: 'Stopped' | 'Running',
  api: UcloudApi,
  { id, name, clock, signal, ask, askIn }: PowerRequest & { ask: () => Promise<unknown>; askIn: readonly string[] },
): Promise<void> {
  const deadline = clock.now() + TIMEOUT_MS;
  let problem = '';
  for (;;) {
    const { UHostSet } = await api.call('DescribeUHostInstance', { UHostIds: [id] }, { signal });
    const state = UHostSet[0]?.State ?? 'gone';
    if (state === wanted) return;
    if (state === 'gone' || clock.now() > deadline) throw notThere(`${name} (${id})`, { wanted, state, problem });
    if (askIn.includes(state)) await ask().catch((error: unknown) => void (problem = transientProblem(error)));
    await clock.sleep(POLL_MS, signal);
  }
}

function notThere(host: string, { wanted, state, problem }: { wanted: string; state: string; problem: string }): OutcomeError {
  return new OutcomeError(`host ${host} is ${state}, not ${wanted}`, {
    code: 'host-state',
    why: [
      ...(state === 'gone' ? ['UCloud has no such host'] : [`after ${formatDuration(TIMEOUT_MS)}`]),
      ...(problem === '' ? [] : [problem]),
    ],
    next: nomadctl`status`,
    details: { state },
  });
}
