import { createConsulHttp, type ConsulAddress } from './consul-http.js';

/** One instance of a service, as Consul's health endpoint shows it. */
export interface ServiceInstance {
  readonly node: string;
  readonly id: string;
  readonly address: string;
  readonly port: number;
  readonly passing: boolean;
}

interface HealthEntry {
  readonly Node: { readonly Node: string; readonly Address: string };
  readonly Service: { readonly ID: string; readonly Address: string; readonly Port: number };
  readonly Checks: readonly { readonly Status: string }[];
}

/** The calls that nomadctl makes to Consul about jobs. */
export interface ConsulApi {
  /** Every instance, passing or not; blocks until something is newer than `index`. */
  service(name: string, at: { index: number; signal: AbortSignal }): Promise<{ value: ServiceInstance[]; index: number }>;
}

const WAIT_TIMEOUT_MS = 75_000;

export function createConsulApi(address: ConsulAddress): ConsulApi {
  const http = createConsulHttp(address);
  return {
    async service(name, { index, signal }) {
      const reply = await http.send<HealthEntry[]>({
        path: `/v1/health/service/${encodeURIComponent(name)}`,
        query: index > 0 ? { index, wait: '60s' } : {},
        timeoutMs: WAIT_TIMEOUT_MS,
        signal,
      });
      return { value: reply.value.map(instanceOf), index: reply.index };
    },
  };
}

function instanceOf({ Node, Service, Checks }: HealthEntry): ServiceInstance {
  return {
    node: Node.Node,
    id: Service.ID,
    address: Service.Address || Node.Address,
    port: Service.Port,
    passing: Checks.every(({ Status }) => Status === 'passing'),
  };
}
