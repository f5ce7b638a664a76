import { resetCloud, type Cloud } from '../cloud/cloud.js';
import { describeActions } from '../actions/describe-actions.js';
import type { Kind } from '../records/kinds.js';
import type { Host } from '../records/host.js';
import { settled } from '../records/settled.js';

export const CONTROL_PATH = '/_emulator';

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: RegExp;
  readonly shown: string;
  readonly summary: string;
  readonly run: (call: Call, cloud: Cloud) => unknown;
}

export interface Call {
  /** What the path's group caught. */
  readonly word: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** Answered with HTTP 4xx and the message. */
export class ControlError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export const routes: readonly Route[] = [
  {
    method: 'GET',
    path: /^\/?$/,
    shown: '/',
    summary: 'this list',
    run: () => ({ routes: routes.map(({ method, shown, summary }) => ({ method, path: CONTROL_PATH + shown, summary })) }),
  },
  {
    method: 'GET',
    path: /^\/actions$/,
    shown: '/actions',
    summary: 'supported actions and their parameters',
    run: () => ({ actions: describeActions() }),
  },
  {
    method: 'GET',
    path: /^\/requests$/,
    shown: '/requests?action=&after=',
    summary: 'requests and answers, oldest first',
    run: readRequests,
  },
  { method: 'DELETE', path: /^\/requests$/, shown: '/requests', summary: 'forgets the requests', run: (_call, { log }) => log.clear() },
  { method: 'GET', path: /^\/clock$/, shown: '/clock', summary: 'the time in the cloud', run: (_call, cloud) => showClock(cloud) },
  {
    method: 'POST',
    path: /^\/clock$/,
    shown: '/clock',
    summary: '{"set": time} or {"advanceSeconds": n}, {"scale": n}; back only while there are no resources',
    run: moveClock,
  },
  {
    method: 'GET',
    path: /^\/faults$/,
    shown: '/faults',
    summary: 'faults that were asked for',
    run: (_call, { faults }) => ({ faults: faults.list() }),
  },
  {
    method: 'POST',
    path: /^\/faults$/,
    shown: '/faults',
    summary: 'adds one: {"action", "effect": {"kind", ...}, "count", "skip", "probability", "params"}',
    run: addFault,
  },
  { method: 'DELETE', path: /^\/faults$/, shown: '/faults', summary: 'takes all faults away', run: (_call, { faults }) => faults.clear() },
  { method: 'DELETE', path: /^\/faults\/([\w-]+)$/, shown: '/faults/<id>', summary: 'takes one fault away', run: removeFault },
  { method: 'GET', path: /^\/resources$/, shown: '/resources', summary: 'how many there are of each kind', run: countResources },
  {
    method: 'GET',
    path: /^\/resources\/(\w+)$/,
    shown: '/resources/<kind>',
    summary: 'all of a kind, in all projects and regions',
    run: listResources,
  },
  {
    method: 'GET',
    path: /^\/machines$/,
    shown: '/machines',
    summary: 'what hosts are on this computer, and what went wrong with them',
    run: (_call, { machines }) => machines.status(),
  },
  {
    method: 'POST',
    path: /^\/reset$/,
    shown: '/reset',
    summary: 'removes every resource; accounts, clock and faults stay',
    run: (_call, cloud) => resetCloud(cloud),
  },
];

function readRequests({ query }: Call, { log }: Cloud): unknown {
  return { requests: log.list({ action: query.get('action') ?? undefined, after: Number(query.get('after') ?? 0) || 0 }) };
}

function showClock({ clock }: Cloud): unknown {
  return { now: new Date(clock.now()).toISOString(), scale: clock.scale };
}

async function moveClock({ body }: Call, cloud: Cloud): Promise<unknown> {
  const { clockSchema, check } = await import('../cloud/control-schema.js');
  const move = check(clockSchema, body, complain);
  const isBack = move.set !== undefined && Date.parse(move.set) < cloud.clock.now();
  // Hosts that run would be ones that start, and resources would be younger than the present.
  if (isBack && shownKinds(cloud).some((kind) => [...cloud.store.all(kind)].length > 0))
    throw new ControlError(409, `the clock goes back only where there are no resources: POST ${CONTROL_PATH}/reset first`);
  if (move.scale !== undefined) cloud.clock.setScale(move.scale);
  if (move.set !== undefined) cloud.clock.set(Date.parse(move.set));
  if (move.advanceSeconds !== undefined) cloud.clock.advance(move.advanceSeconds * 1000);
  return showClock(cloud);
}

async function addFault({ body }: Call, { faults }: Cloud): Promise<unknown> {
  const { faultSchema, check } = await import('../cloud/control-schema.js');
  return faults.add(check(faultSchema, body, complain));
}

function complain(problems: string): never {
  throw new ControlError(400, problems);
}

function removeFault({ word }: Call, { faults }: Cloud): void {
  if (!faults.remove(word)) throw new ControlError(404, `there is no fault ${word}`);
}

function shownKinds({ store }: Cloud): Kind[] {
  return store.kinds().filter((kind) => kind !== 'setting');
}

function countResources(_call: Call, cloud: Cloud): unknown {
  return { resources: Object.fromEntries(shownKinds(cloud).map((kind) => [kind, [...cloud.store.all(kind)].length])) };
}

function listResources({ word }: Call, cloud: Cloud): unknown {
  const kind = shownKinds(cloud).find((candidate) => candidate === word);
  if (!kind) throw new ControlError(404, `there is no kind ${word}; kinds are ${shownKinds(cloud).join(', ')}`);
  return { resources: [...cloud.store.all(kind)].map((record) => withoutHash(settled(record, cloud.clock.now()))) };
}

/** A hash of a password is for the host's /etc/shadow only. */
function withoutHash<R extends object>(record: R): object {
  const { machine, ...rest } = record as Partial<Host>;
  if (!machine) return record;
  const { passwordHash: _secret, ...shown } = machine;
  return { ...rest, machine: shown };
}
