import type { Clock } from '../../packages/base/src/clock.js';
import { reach, type AgentAccess } from '../../src/cluster/reach.js';
import type { ClusterNode } from '../../src/cluster/cluster-node.js';
import type { Fleet } from '../../src/security/rotation/fleet.js';
import type { Rolling } from '../../src/security/rotation/roll-agents.js';

export interface FakeFleet extends Fleet {
  /** What was done to agents and files, in its order. */
  readonly done: string[];
  /** `nomad on client-1`: agents that have read their files. */
  readonly current: Set<string>;
}

/** Agents that take everything at once, and a record of it; the cluster is asked for real where a test has somebody answer. */
export function fakeFleet(nodes: readonly ClusterNode[], over: Partial<Fleet> = {}, access: AgentAccess = {}): FakeFleet {
  const done: string[] = [];
  const current = new Set<string>();
  const name = ({ node, program }: { node: ClusterNode; program: string }): string => `${program} on ${node.name}`;
  const note = async (what: string): Promise<void> => void done.push(what);
  return {
    done,
    current,
    reach: async () => reach(nodes, access),
    pending: async () => undefined,
    writeSecrets: (how) => note(how?.alone ? 'write secrets alone' : 'write secrets'),
    writeAuthorities: () => note('write authorities'),
    isCertified: async () => false,
    certify: (node) => note(`certify ${node.name}`),
    fingerprint: async () => undefined,
    isCurrent: async (agent) => current.has(name(agent)),
    reload: (agent) => note(`reload ${name(agent)}`),
    takesCertificates: () => true,
    takesTokens: ({ program, mode }) => program === 'consul' && mode === 'client',
    close: async () => undefined,
    settle: async (agent) => void current.add(name(agent)),
    restart: async (agent) => {
      await note(`restart ${name(agent)}`);
      current.add(name(agent));
    },
    ...over,
  };
}

/** Time that passes by being waited for, and quickly. */
export function quickRolling(): Rolling & { readonly lines: string[] } {
  let now = 0;
  const clock: Clock = {
    now: () => now,
    sleep: async (ms) => {
      now += ms * 200;
    },
  };
  const lines: string[] = [];
  return { clock, signal: new AbortController().signal, timeoutMs: 1000, line: (text) => void lines.push(text), lines };
}
