import { ifThere, type Http } from './http.js';

/** Who may reach whom over the mesh, by names of services in Consul; `*` for each. */
export interface ServicePair {
  readonly source: string;
  readonly destination: string;
}

/** `by request`: it depends on what is asked. */
export type IntentionAction = 'allow' | 'deny' | 'by request';

export interface Intention extends ServicePair {
  readonly action: IntentionAction;
}

/** Consul's intentions. https://developer.hashicorp.com/consul/api-docs/connect/intentions */
export interface ConsulIntentions {
  /** All, those that decide first before the others. */
  all(signal: AbortSignal): Promise<Intention[]>;
  /** What is said of exactly these two. */
  intention(pair: ServicePair, signal: AbortSignal): Promise<IntentionAction | undefined>;
  /** Lets the one reach the other. What is said of others stays. */
  allow(pair: ServicePair, signal: AbortSignal): Promise<void>;
  /** The same for a refusal. */
  deny(pair: ServicePair, signal: AbortSignal): Promise<void>;
  /** Takes back what is said of exactly these two; nothing happens where nothing is. */
  forget(pair: ServicePair, signal: AbortSignal): Promise<void>;
}

interface RawIntention {
  readonly SourceName: string;
  readonly DestinationName: string;
  readonly Action?: 'allow' | 'deny' | '';
}

const EXACT = '/v1/connect/intentions/exact';
const TIMEOUT_MS = 5000;

export function intentionCalls({ send }: Pick<Http, 'send'>): ConsulIntentions {
  const write = async (Action: 'allow' | 'deny', { source, destination }: ServicePair, signal: AbortSignal): Promise<void> => {
    const body = { SourceType: 'consul', Action };
    await send({ method: 'PUT', path: EXACT, query: { source, destination }, body, signal, timeoutMs: TIMEOUT_MS });
  };
  return {
    async all(signal) {
      const { value } = await send<RawIntention[] | null>({ path: '/v1/connect/intentions', signal, timeoutMs: TIMEOUT_MS });
      return (value ?? []).map((raw) => ({ source: raw.SourceName, destination: raw.DestinationName, action: actionOf(raw) }));
    },
    async intention({ source, destination }, signal) {
      const query = { source, destination };
      const found = await ifThere(send<RawIntention>({ path: EXACT, query, signal, timeoutMs: TIMEOUT_MS }));
      return found && actionOf(found.value);
    },
    allow: (pair, signal) => write('allow', pair, signal),
    deny: (pair, signal) => write('deny', pair, signal),
    async forget({ source, destination }, signal) {
      await ifThere(send({ method: 'DELETE', path: EXACT, query: { source, destination }, signal, timeoutMs: TIMEOUT_MS }));
    },
  };
}

function actionOf({ Action }: RawIntention): IntentionAction {
  return Action || 'by request';
}
