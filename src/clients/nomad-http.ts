import type { Secret } from '@nomadctl/base/secret/secret';
import { createHttp, type Http } from './http.js';

/** How to reach an agent's API; `nomad` of a `ClusterConnection` fits. */
export interface NomadAddress {
  readonly url: string;
  readonly token?: Secret;
  /** Whose jobs are meant; Nomad's `default` without it. */
  readonly namespace?: string;
}

export function createNomadHttp({ url, token, namespace }: NomadAddress): Http {
  return createHttp({
    name: 'Nomad',
    url,
    indexHeader: 'x-nomad-index',
    headers: token ? { 'X-Nomad-Token': token } : {},
    query: namespace ? { namespace } : {},
  });
}
