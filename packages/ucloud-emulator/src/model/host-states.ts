import type { Host, HostState } from '../records/host.js';
import type { Pending } from '../records/resource.js';
import { Refusal, retCodes } from '../params/refusal.js';
import type { Scope } from '../scope/scope.js';

/** A change so many milliseconds from now. */
export type Later = readonly [after: number, set: Partial<Host>];

/**
 * The host on its way through states. What else was under way goes on, such as a boot disk that initialises; states that
 * were still to come do not. Where hosts run, the machine says when it has come to the next state.
 */
export function onItsWay(host: Host, { now, machines, hostFate }: Scope, [state, ...later]: readonly [HostState, ...Later[]]): Host {
  const kept = (host.pending ?? []).filter(({ set }) => set.state === undefined);
  const coming = later
    .filter(([, set]) => !machines.real || hostFate !== undefined || set.state === undefined)
    .map(([after, set]): Pending<Host> => ({ at: now + after, set }));
  return { ...host, state, pending: [...kept, ...coming].sort((a, b) => a.at - b.at) };
}

/** From creation or reinstallation until it runs. Local boot disks take minutes more to be ready for an image. */
export function installing(host: Host, scope: Scope, initialise = scope.timings.initialise): Host {
  const { timings, machines, hostFate } = scope;
  const local = host.localDisks.some(({ isBoot }) => isBoot);
  const first: Host = { ...host, bootDiskState: 'Initializing', pending: [] };
  if (hostFate === 'Install Fail') return onItsWay(first, scope, ['Initializing', [initialise, { state: 'Install Fail' }]]);
  const ready: readonly Later[] =
    machines.real && !local ? [] : [[local ? timings.localBootDisk : initialise, { bootDiskState: 'Normal' }]];
  return onItsWay(first, scope, [
    'Initializing',
    [initialise, { state: 'Starting' }],
    [initialise + timings.start, { state: 'Running' }],
    ...ready,
  ]);
}

/** @throws Refusal 8010 */
export function needState(host: Host, ...states: readonly HostState[]): void {
  if (!states.includes(host.state))
    throw new Refusal(retCodes.hostNotStopped, `UHost [${host.id}] is ${host.state}, must be ${states.join(' or ')}`);
}
