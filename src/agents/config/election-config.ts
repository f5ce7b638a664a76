import type { Config } from './merge-configs.js';
import type { AgentProgram } from '../../cluster/node-roles.js';

/**
 * The part of a server's configuration that says how long it hears of no leader before it stands for election: one to two
 * seconds times `multiplier`. Both programs take a lower one while they run (https://github.com/hashicorp/consul/pull/12844,
 * https://github.com/hashicorp/nomad/pull/15522), and a server that is told of one stands at once (`ReloadConfig` of
 * https://github.com/hashicorp/raft).
 */
export function electionConfig(program: AgentProgram, multiplier: number): Config {
  return program === 'consul' ? { performance: { raft_multiplier: multiplier } } : { server: { raft_multiplier: multiplier } };
}
