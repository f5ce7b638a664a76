import { createHash } from 'node:crypto';
import type { BalancedBackend } from './balanced-listener.js';

export interface Choice {
  /** As the API spells it. */
  readonly method: string;
  /** Where the connection comes from: `10.1.1.4`, and its port. */
  readonly from: { readonly address: string; readonly port: number };
  /** Connections that a backend has now. */
  readonly busy: (id: string) => number;
}

/** Chooses among backends that are well. Owns whose turn it is. */
export interface Chooser {
  choose(backends: readonly BalancedBackend[], choice: Choice): BalancedBackend | undefined;
}

const BY_ADDRESS = ['Source', 'ConsistentHash'];
const BY_PORT = ['SourcePort', 'ConsistentHashPort'];

export function createChooser(): Chooser {
  /** Smooth weighted round robin, as nginx has it: who has waited longest for its weight is next. */
  const waited = new Map<string, number>();
  const turn = (backends: readonly BalancedBackend[], weightOf: (backend: BalancedBackend) => number): BalancedBackend | undefined => {
    const total = backends.reduce((sum, backend) => sum + weightOf(backend), 0);
    for (const backend of backends) waited.set(backend.id, (waited.get(backend.id) ?? 0) + weightOf(backend));
    const [next] = backends.toSorted((one, other) => (waited.get(other.id) ?? 0) - (waited.get(one.id) ?? 0));
    if (next) waited.set(next.id, (waited.get(next.id) ?? 0) - total);
    return next;
  };
  return {
    choose(all, { method, from, busy }) {
      const first = all.filter(({ isBackup }) => !isBackup);
      const backends = first.length > 0 ? first : all;
      if (BY_ADDRESS.includes(method)) return byHash(backends, from.address);
      if (BY_PORT.includes(method)) return byHash(backends, `${from.address}:${from.port}`);
      if (method === 'Leastconn') return backends.toSorted((one, other) => busy(one.id) - busy(other.id))[0];
      if (method !== 'WeightRoundrobin') return turn(backends, () => 1);
      return turn(
        backends.filter(({ weight }) => weight > 0),
        ({ weight }) => weight,
      );
    },
  };
}

/** Rendezvous hashing: when one backend goes, only who had it gets another one. */
function byHash(backends: readonly BalancedBackend[], key: string): BalancedBackend | undefined {
  const score = ({ id }: BalancedBackend): string => createHash('sha256').update(`${key} ${id}`).digest('hex');
  return backends.toSorted((one, other) => (score(one) < score(other) ? 1 : -1))[0];
}
