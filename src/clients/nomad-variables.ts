import { ifThere } from './http.js';
import type { NomadHttp } from './nomad-http.js';

/** Nomad's variables, as far as nomadctl keeps something there for tasks. https://developer.hashicorp.com/nomad/api-docs/variables */
export interface NomadVariables {
  /** Items of a variable; nothing when it is not there. */
  variable(path: string, signal: AbortSignal): Promise<Readonly<Record<string, string>> | undefined>;
  writeVariable(path: string, items: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void>;
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
    async deleteVariable(path, signal) {
      await call({ method: 'DELETE', path: at(path), signal });
    },
  };
}
