import { ConfigError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { didYouMean } from '@nomadctl/base/suggest';
import type { JobSource } from '../jobs/catalogue/find-job.js';
import { variableWord, type SetMember } from '../jobs/catalogue/job-set.js';
import { balancers } from './balancers/index.js';
import { consulName, hostsWith, servedBy, type Role, type Topology, type Variables } from './topology.js';

/** A job of a topology: what it is for, where, and with which values. */
export interface TopologyJob extends SetMember {
  readonly role: Role | 'other';
  /** Names of the hosts that it is kept to; empty: any. */
  readonly hosts: readonly string[];
  /** How many instances are wanted, where that is for the topology to say. */
  readonly instances?: number;
}

/**
 * Jobs in the order of their coming: what a balancer follows is there before it. Never an empty stage.
 * @param clients names of all clients of the cluster
 * @throws ConfigError `discovery-topology` for a template that a topology cannot tell what it has to
 */
export function topologyStages(
  topology: Topology,
  { sources, clients }: { readonly sources: ReadonlyMap<string, JobSource>; readonly clients: readonly string[] },
): TopologyJob[][] {
  const others = topology.jobs.map((job): TopologyJob => ({ job, role: 'other', hosts: [], words: [] }));
  const services = Object.entries(topology.services).map(([job, { instances, variables }]): TopologyJob => {
    const hosts = hostsWith(topology, 'app');
    return { job, role: 'app', hosts, instances, words: [...wordsOf(variables), ...countWord(job, instances), ...keptTo(job, hosts)] };
  });
  const front = servedBy(topology).map(({ balancer, serves }): TopologyJob => {
    const hosts = hostsWith(topology, 'balancer');
    const words = [...wordsOf(topology.balancers[balancer]?.variables ?? {}), ...balancers[balancer].follow(consulName(topology, serves))];
    const counted = declares(balancer, 'count') ? [`count=${hosts.length}`] : [];
    return { job: balancer, role: 'balancer', hosts, instances: hosts.length, words: [...words, ...counted, ...keptTo(balancer, hosts)] };
  });
  return [[...others, ...services], front].filter((stage) => stage.length > 0);

  function declares(job: string, variable: string): boolean {
    const source = sources.get(job);
    return source?.kind === 'template' && source.manifest.variables.some(({ name }) => name === variable);
  }
  function countWord(job: string, instances: number): string[] {
    if (declares(job, 'count')) return [`count=${instances}`];
    throw unfit(job, 'count', 'so nobody can say how many instances there are');
  }
  function keptTo(job: string, hosts: readonly string[]): string[] {
    if (declares(job, 'nodes')) return [`nodes=${hosts.join(',')}`];
    if (clients.every((name) => hosts.includes(name))) return [];
    throw unfit(job, 'nodes', `so it cannot be kept to ${hosts.join(', ')}`);
  }
}

/** @throws ConfigError `discovery-topology` for hosts that are no clients of the cluster */
export function requireHosts({ hosts }: Pick<Topology, 'hosts'>, clients: readonly string[]): void {
  const unknown = Object.keys(hosts).filter((name) => !clients.includes(name));
  if (unknown.length === 0) return;
  throw new ConfigError(`${unknown.join(' and ')} ${unknown.length === 1 ? 'is no client' : 'are no clients'} of the cluster`, {
    code: 'discovery-topology',
    why: [...unknown.map((name) => `hosts.${name}${didYouMean(name, clients)}`), `its clients: ${clients.join(', ') || 'none'}`],
    next: nomadctl`status`,
  });
}

function wordsOf(variables: Variables): string[] {
  return Object.entries(variables).flatMap(([name, value]) => variableWord(name, value) ?? []);
}

function unfit(job: string, variable: string, so: string): ConfigError {
  return new ConfigError(`${job} is no job for a topology: it has no variable ${variable}`, {
    code: 'discovery-topology',
    why: `a template of the catalogue has to declare it, ${so}`,
    next: nomadctl`job show ${job}`,
  });
}
