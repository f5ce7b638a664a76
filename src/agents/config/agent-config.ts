import type { AgentFacts } from './agent-facts.js';
import { consulConfig } from './consul-config.js';
import { mergeConfigs, type Config } from './merge-configs.js';
import { networkDifferences } from './network-differences.js';
import { nodeDifferences } from './node-differences.js';
import { nomadConfig } from './nomad-config.js';
import { securityConfig } from './security-config.js';
import type { Difference } from './difference.js';
import type { AgentRole } from '../../cluster/node-roles.js';

/** All in which agents of this computer and of hosts differ. Everything else is said in consul-config.ts, nomad-config.ts and security-config.ts. */
export const DIFFERENCES: Readonly<Record<string, Difference>> = { ...networkDifferences, ...nodeDifferences };

const COMMON = { consul: consulConfig, nomad: nomadConfig };

/** The configuration of one agent of a node: what its role means, with what its place asks for. */
export function agentConfig({ program, mode }: AgentRole, facts: AgentFacts): Config {
  const own = Object.values(DIFFERENCES).map(({ local, host }) =>
    facts.place === 'local' ? local[program]?.(facts, mode) : host[program]?.(facts, mode),
  );
  return mergeConfigs([
    COMMON[program](facts, mode),
    securityConfig({ program, mode }, facts),
    ...own.filter((part) => part !== undefined),
  ]);
}
