import type { Agent } from './agents-in.js';
import { launchKey, runningAgent, type AgentProcess } from './running-agent.js';

export type Binaries = Readonly<Record<'consul' | 'nomad', { readonly path: string }>>;

export interface AgentStanding {
  readonly agent: Agent;
  readonly process: AgentProcess | undefined;
  /** Started from a configuration or a program that is no longer the wanted one. */
  readonly outdated: boolean;
}

export function standingOf(agent: Agent, binaries: Binaries): AgentStanding {
  const process = runningAgent(agent.files);
  const outdated = process !== undefined && process.launch !== launchKey({ binary: binaries[agent.program].path, files: agent.files });
  return { agent, process, outdated };
}

/** "consul on client-2 is not running", for `--plan` and `status`; nothing when all is as it should be. */
export function complaintOf({ agent, process, outdated }: AgentStanding): string | undefined {
  const who = `${agent.program} on ${agent.node.name}`;
  if (!process) return `${who} is not running`;
  return outdated ? `${who} runs with an older configuration` : undefined;
}
