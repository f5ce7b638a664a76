import { ifThere, type Http, type HttpCall } from '../http.js';
import type { ServiceIntentions } from './consul-acl-model.js';

/** Who may reach which service of the mesh. https://developer.hashicorp.com/consul/api-docs/config */
export interface ConsulIntentions {
  intentions(signal: AbortSignal): Promise<ServiceIntentions[]>;
  intentionsOf(service: string, signal: AbortSignal): Promise<ServiceIntentions | undefined>;
  /** Only when nobody has changed the entry since it was read (new: when nobody has made one); returns whether it was written. */
  writeIntentions(entry: ServiceIntentions, signal: AbortSignal): Promise<boolean>;
  /** As `writeIntentions`. */
  deleteIntentions(entry: ServiceIntentions, signal: AbortSignal): Promise<boolean>;
}

const TIMEOUT_MS = 10_000;
const KIND = '/v1/config/service-intentions';

export function consulIntentionCalls(http: Http): ConsulIntentions {
  const call = async <T>(request: HttpCall): Promise<T> => (await http.send<T>({ timeoutMs: TIMEOUT_MS, ...request })).value;
  const at = (service: string): string => `${KIND}/${encodeURIComponent(service)}`;
  return {
    intentions: (signal) => call({ path: KIND, signal }),
    intentionsOf: (service, signal) => ifThere(call<ServiceIntentions>({ path: at(service), signal })),
    writeIntentions: (entry, signal) =>
      call({ method: 'PUT', path: '/v1/config', query: { cas: entry.ModifyIndex ?? 0 }, body: entry, signal }),
    deleteIntentions: ({ Name, ModifyIndex = 0 }, signal) =>
      call({ method: 'DELETE', path: at(Name), query: { cas: ModifyIndex }, signal }),
  };
}
