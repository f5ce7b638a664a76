import { ApiError } from '@nomadctl/base/errors';
import type { Http } from './http.js';

/** Who may reach whom over the mesh, by names of services in Consul. */
export interface ServicePair {
  readonly source: string;
  readonly destination: string;
}

/** Consul's intentions. https://developer.hashicorp.com/consul/api-docs/connect/intentions */
export interface ConsulIntentions {
  /** What is said of exactly these two: `allow`, `deny`, or nothing; also `by request` where it depends on what is asked. */
  intention(pair: ServicePair, signal: AbortSignal): Promise<'allow' | 'deny' | 'by request' | undefined>;
  /** Lets the one reach the other. What is said of others stays. */
  allow(pair: ServicePair, signal: AbortSignal): Promise<void>;
}

interface RawIntention {
  readonly Action?: 'allow' | 'deny' | '';
}

const PATH = '/v1/connect/intentions/exact';
const TIMEOUT_MS = 5000;

export function intentionCalls({ send }: Pick<Http, 'send'>): ConsulIntentions {
  return {
    async intention({ source, destination }, signal) {
      try {
        const { value } = await send<RawIntention>({ path: PATH, query: { source, destination }, signal, timeoutMs: TIMEOUT_MS });
        return value.Action || 'by request';
      } catch (error) {
        if (error instanceof ApiError && error.code === 'api-not-found') return undefined;
        throw error;
      }
    },
    async allow({ source, destination }, signal) {
      const body = { SourceType: 'consul', Action: 'allow' };
      await send({ method: 'PUT', path: PATH, query: { source, destination }, body, signal, timeoutMs: TIMEOUT_MS });
    },
  };
}
