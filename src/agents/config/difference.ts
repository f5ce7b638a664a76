import type { AgentFacts, HostFacts, LocalFacts } from './agent-facts.js';
import type { Config } from './merge-configs.js';
import type { AgentMode } from '../../cluster/node-roles.js';

/** One difference between the configurations of local agents and of agents on hosts, with the reason for each side. */
export interface Difference {
  readonly local: Side<LocalFacts>;
  readonly host: Side<HostFacts>;
}

/** Without a part, that program is told nothing here, and takes its own default. */
export interface Side<Facts extends AgentFacts> {
  readonly why: string;
  readonly consul?: Part<Facts>;
  readonly nomad?: Part<Facts>;
}

type Part<Facts> = (facts: Facts, mode: AgentMode) => Config;
