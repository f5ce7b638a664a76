import { ConfigError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { StatePlace } from '../../config/state-options.js';
import type { RootBackend } from '../../terraform/backend.js';
import type { StateContext, StateOwner } from '../state-owner.js';
import { consulBackend } from './consul-backend.js';
import { httpBackend } from './http-backend.js';
import { placeProblem } from './place-problem.js';
import { s3Backend } from './s3-backend.js';

/**
 * Where the state of a root is kept; nothing where that is its own folder. Asks nobody.
 * @param name of the root, and of whatever else is kept beside the roots
 * @throws ConfigError `state-incomplete` for a place that lacks its address or its bucket
 */
export function openBackend(ctx: StateContext, owner: StateOwner, name: string): RootBackend | undefined {
  const { place } = owner;
  refuseIncomplete(place);
  const make = MAKERS[place.backend];
  return make && told(make(ctx, owner, name), owner);
}

const MAKERS: Readonly<Record<string, (ctx: StateContext, owner: StateOwner, name: string) => RootBackend>> = {
  consul: consulBackend,
  s3: s3Backend,
  http: httpBackend,
};

/** The same, whose failures say what to do. */
function told(backend: RootBackend, owner: StateOwner): RootBackend {
  const wrapped =
    <Words extends readonly unknown[], T>(ask: (...words: Words) => Promise<T>) =>
    (...words: Words): Promise<T> =>
      ask(...words).catch((cause: unknown) => Promise.reject(placeProblem(owner, cause)));
  const { read, keep, leaveNote, remove, lockHolder, breakLock } = backend;
  return {
    ...backend,
    ...{
      read: wrapped(read),
      keep: wrapped(keep),
      leaveNote: wrapped(leaveNote),
      remove: wrapped(remove),
      lockHolder: wrapped(lockHolder),
      breakLock: wrapped(breakLock),
    },
  };
}

const NEEDS: Readonly<Record<string, readonly ('address' | 'bucket')[]>> = { consul: ['address'], http: ['address'], s3: ['bucket'] };

/** @throws ConfigError `state-incomplete` */
export function refuseIncomplete(place: StatePlace): void {
  const missing = (NEEDS[place.backend] ?? []).find((key) => place[key] === '');
  if (missing === undefined) return;
  throw new ConfigError(`states are to be kept with ${place.backend}, and nothing says where: state.${missing} is empty`, {
    code: 'state-incomplete',
    why: missing === 'address' ? 'it is a web address, such as https://10.0.0.5:8501' : 'it is the name of a bucket that is there',
    next:
      missing === 'address'
        ? nomadctl`state backend ${place.backend} --address <url>`
        : nomadctl`state backend ${place.backend} --bucket <name>`,
  });
}
