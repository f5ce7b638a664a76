import { createHttp, type Http } from './http.js';

/** How to reach an agent's API; `ServiceAddress` of `targets/connection.ts` fits. */
export interface NomadAddress {
  readonly url: string;
  readonly token?: string;
}

export function createNomadHttp({ url, token }: NomadAddress): Http {
  return createHttp({ name: 'Nomad', url, indexHeader: 'x-nomad-index', headers: token ? { 'X-Nomad-Token': token } : {} });
}
