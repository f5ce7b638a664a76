import { GLANCE_TIMEOUT_MS, type NomadHttp } from '../nomad-http.js';

/**
 * The keys with which Nomad signs the identities of workloads and encrypts variables. Nobody is told them.
 * https://developer.hashicorp.com/nomad/api-docs/operator/keyring
 */
export interface NomadRootKeys {
  rootKeys(signal: AbortSignal): Promise<RootKey[]>;
  /** Makes another one, which signs from then on, and has what is encrypted encrypted with it; that goes on after the answer. */
  rotateRootKey(signal: AbortSignal): Promise<void>;
}

export interface RootKey {
  readonly id: string;
  /** `active` signs, `rekeying` is being replaced in what it has encrypted, `inactive` only proves what it has signed. */
  readonly state: string;
}

export function rootKeyCalls({ call }: NomadHttp): NomadRootKeys {
  return {
    rootKeys: async (signal) =>
      ((await call<RawKey[] | null>({ path: '/v1/operator/keyring/keys', signal, timeoutMs: GLANCE_TIMEOUT_MS })) ?? []).map(
        ({ KeyID, State }) => ({ id: KeyID, state: State }),
      ),
    rotateRootKey: (signal) => call({ method: 'PUT', path: '/v1/operator/keyring/rotate', query: { full: true }, signal }),
  };
}

interface RawKey {
  readonly KeyID: string;
  readonly State: string;
}
