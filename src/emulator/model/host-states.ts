import type { Host, HostState } from '../records/host.js';
import type { Pending } from '../records/resource.js';
import { Refusal, retCodes } from '../refusal.js';
import type { Scope } from '../scope.js';

/** A change so many milliseconds from now. */
export type Later = readonly [after: number, set: Partial<Host>];

/**
 * The host on its way through states. What else was under way goes on, such as a boot disk that initialises; states that
 * were still to come do not.
 */
export function onItsWay(host: Host, now: number, [state, ...later]: readonly [HostState, ...Later[]]): Host {
  const kept = (host.pending ?? []).filter(({ set }) => set.state === undefined);
  const coming = later.map(([after, set]): Pending<Host> => ({ at: now + after, set }));
  return { ...host, state, pending: [...kept, ...coming].sort((a, b) => a.at - b.at) };
}

/** From creation or reinstallation until it runs. Local boot disks take minutes more to be ready for an image. */
export function installing(host: Host, { timings, now, hostFate }: Scope, initialise = timings.initialise): Host {
  const local = host.localDisks.some(({ isBoot }) => isBoot);
  const first: Host = { ...host, bootDiskState: 'Initializing', pending: [] };
  if (hostFate === 'Install Fail') return onItsWay(first, now, ['Initializing', [initialise, { state: 'Install Fail' }]]);
  return onItsWay(first, now, [
    'Initializing',
    [initialise, { state: 'Starting' }],
    [initialise + timings.start, { state: 'Running' }],
    [local ? timings.localBootDisk : initialise, { bootDiskState: 'Normal' }],
  ]);
}

/** @throws Refusal 8010 */
export function needState(host: Host, ...states: readonly HostState[]): void {
  if (!states.includes(host.state))
    throw new Refusal(retCodes.hostNotStopped, `UHost [${host.id}] is ${host.state}, must be ${states.join(' or ')}`);
}
