import type { AskedServer } from './ask-agent.js';

/** The tokens in Consul and Nomad that nomadctl has made for itself and its agents, in alphabetical order. */
export async function tokensOfOurs({ consul, nomad }: AskedServer): Promise<string[]> {
  const ofConsul = (await (await consul('/v1/acl/tokens')).json()) as { Description: string }[];
  const ofNomad = (await (await nomad('/v1/acl/tokens')).json()) as { Type: string }[];
  return [
    ...ofConsul.filter(({ Description }) => /^nomadctl: |^Initial Management/.test(Description)).map(({ Description }) => Description),
    ...ofNomad.filter(({ Type }) => Type === 'management').map(() => 'management of Nomad'),
  ].sort();
}

/** Those that a cluster of these nodes has, each once. */
export function tokensFor(nodes: readonly string[], management: 'nomadctl: management' | 'Initial Management Token'): string[] {
  return [
    ...nodes.map((node) => `nomadctl: Consul's agent on ${node}`),
    ...nodes.map((node) => `nomadctl: Nomad's ${node.startsWith('server') ? 'server' : 'client'} on ${node}`),
    'nomadctl: DNS',
    management,
    'management of Nomad',
  ].sort();
}
