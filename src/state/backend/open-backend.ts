import { join } from 'node:path';
import { ConfigError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { StatePlace } from '../../config/state-options.js';
import type { RootBackend } from '../../terraform/backend.js';
import type { StateContext, StateOwner } from '../state-owner.js';
import { consulBackend } from './consul-backend.js';
import { httpBackend } from './http-backend.js';
import { s3Backend } from './s3-backend.js';

/**
 * Where the state of a root is kept; nothing where that is its own folder. Asks nobody.
 * @param name of the root, and of whatever else is kept beside the roots
 * @throws ConfigError `state-incomplete` for a place that lacks its address or its bucket
 */
export function openBackend(ctx: StateContext, owner: StateOwner, name: string): RootBackend | undefined {
  const { place, paths } = owner;
  refuseIncomplete(place);
  const at = { name, bare: join(paths.dir, 'terraform', '.bare', name) };
  if (place.backend === 'consul') return consulBackend(ctx, owner, name);
  if (place.backend === 's3') return s3Backend(ctx, owner, at);
  if (place.backend === 'http') return httpBackend(ctx, owner, at);
  return undefined;
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

/** A place in a few words. */
export function placeTitle({ backend, address, bucket }: StatePlace): string {
  if (backend === 'consul') return `Consul at ${address}`;
  if (backend === 's3') return `S3${address === '' ? '' : ` at ${address}`}, bucket ${bucket}`;
  return backend === 'http' ? address : 'this computer';
}
