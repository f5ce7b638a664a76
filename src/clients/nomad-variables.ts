import { ApiError } from '@nomadctl/base/errors';
import type { Secret } from '@nomadctl/base/secret/secret';
import { ifThere } from './http.js';
import type { NomadHttp } from './nomad-http.js';

/** Nomad's variables, as far as nomadctl keeps something there for tasks. https://developer.hashicorp.com/nomad/api-docs/variables */
export interface NomadVariables {
  /** Items of a variable; nothing when it is not there. */
  variable(path: string, signal: AbortSignal): Promise<Readonly<Record<string, string>> | undefined>;
  writeVariable(path: string, items: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void>;
  /** The same with secrets, unless the variable is there already. Returns whether it was written. */
  addSecretVariable(path: string, items: Readonly<Record<string, Secret>>, signal: AbortSignal): Promise<boolean>;
  /** Paths of all variables of the endpoint's namespace. */
  variablePaths(signal: AbortSignal): Promise<string[]>;
  deleteVariable(path: string, signal: AbortSignal): Promise<void>;
}

export function variableCalls({ call }: NomadHttp): NomadVariables {
  const at = (path: string): string => `/v1/var/${path}`;
  return {
    async variable(path, signal) {
      return (await ifThere(call<{ readonly Items: Readonly<Record<string, string>> }>({ path: at(path), signal })))?.Items;
    },
    async writeVariable(path, items, signal) {
      await call({ method: 'PUT', path: at(path), body: { Path: path, Items: items }, signal });
    },
    async addSecretVariable(path, items, signal) {
      if (await ifThere(call({ path: at(path), signal }))) return false;
      try {
        await call({ method: 'PUT', path: at(path), query: { cas: 0 }, secretBody: { Path: path, Items: items }, signal });
        return true;
      } catch (error) {
        // 409: somebody else was faster.
        if (error instanceof ApiError && error.details?.['status'] === 409) return false;
        throw error;
      }
    },
    variablePaths: async (signal) => ((await call<{ Path: string }[] | null>({ path: '/v1/vars', signal })) ?? []).map(({ Path }) => Path),
    async deleteVariable(path, signal) {
      await call({ method: 'DELETE', path: at(path), signal });
    },
  };
}
