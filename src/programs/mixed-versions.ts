import lt from 'semver/functions/lt.js';
import major from 'semver/functions/major.js';
import minor from 'semver/functions/minor.js';
import type { AgentVersion } from './known-faults.js';
import { titleOf } from './known-faults.js';

/** From there on Nomad's servers no longer make the tokens that older clients ask them for (nomad#25217, nomad#27101). */
const NO_TOKENS_OF_SERVERS = '1.10.0';

/**
 * Which versions of one cluster's agents do not work together, a sentence each. Servers come first: a client that is newer asks
 * them for what they do not know. https://developer.hashicorp.com/nomad/docs/upgrade, https://developer.hashicorp.com/consul/docs/upgrade
 */
export function mixedVersions(agents: readonly AgentVersion[]): string[] {
  return [...(['consul', 'nomad'] as const).flatMap((tool) => newerClients(agents, tool)), ...clientsWithoutTokens(agents)];
}

function newerClients(agents: readonly AgentVersion[], tool: 'consul' | 'nomad'): string[] {
  const servers = versionsOf(agents, tool, 'server');
  const oldest = servers.find(({ version }) => servers.every((other) => !lt(other.version, version)));
  if (!oldest) return [];
  const newer = versionsOf(agents, tool, 'client').filter(({ version }) => seriesOf(version) > seriesOf(oldest.version));
  if (newer.length === 0) return [];
  return [
    `${titleOf(tool)} of ${namesOf(newer)} is newer than that of server ${oldest.name} (${oldest.version}): servers must not be older than their clients`,
  ];
}

function clientsWithoutTokens(agents: readonly AgentVersion[]): string[] {
  const isOld = ({ version }: AgentVersion): boolean => lt(version, NO_TOKENS_OF_SERVERS);
  const server = versionsOf(agents, 'nomad', 'server').find((one) => !isOld(one));
  const old = versionsOf(agents, 'nomad', 'client').filter(isOld);
  if (server === undefined || old.length === 0) return [];
  return [
    `Nomad of ${namesOf(old)} asks servers for tokens of Connect, and Nomad ${server.version} of ${server.name} makes none any more: tasks with a sidecar fail there until the clients are ${NO_TOKENS_OF_SERVERS} or newer`,
  ];
}

function versionsOf(agents: readonly AgentVersion[], tool: AgentVersion['tool'], part: AgentVersion['part']): AgentVersion[] {
  return agents.filter((agent) => agent.tool === tool && agent.part === part);
}

/** Patches of one series work together. */
function seriesOf(version: string): number {
  return major(version) * 1000 + minor(version);
}

function namesOf(agents: readonly AgentVersion[]): string {
  return agents.map(({ name, version }) => `${name} (${version})`).join(', ');
}
