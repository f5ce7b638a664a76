import type { Secret } from '@nomadctl/base/secret/secret';
import { createHttp, type Http } from './http.js';

/** How to reach an agent's API; `ServiceAddress` of `targets/connection.ts` fits. */
export interface ConsulAddress {
  readonly url: string;
  readonly token?: Secret;
}

export function createConsulHttp({ url, token }: ConsulAddress): Http {
  return createHttp({ name: 'Consul', url, indexHeader: 'x-consul-index', headers: token ? { 'X-Consul-Token': token } : {} });
}
