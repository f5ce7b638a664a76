import type { Context } from '../context.js';
import type { ClusterConnection } from './connection.js';

/** Nomad at an address, with what the environment says about it. https://developer.hashicorp.com/nomad/docs/commands#environment-variables */
export function nomadAt(url: string, { env }: Pick<Context, 'env'>): ClusterConnection['nomad'] {
  const namespace = env['NOMAD_NAMESPACE'];
  return { url, ...(namespace ? { namespace } : {}) };
}
