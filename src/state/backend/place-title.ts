import type { StatePlace } from '../../config/state-options.js';

/** A place in a few words. */
export function placeTitle({ backend, address, bucket }: StatePlace): string {
  if (backend === 'consul') return `Consul at ${address}`;
  if (backend === 's3') return `S3${address === '' ? '' : ` at ${address}`}, bucket ${bucket}`;
  return backend === 'http' ? address : 'this computer';
}
