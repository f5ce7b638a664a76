import { PrerequisiteError, UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { didYouMean } from '@nomadctl/base/suggest';
import type { ClusterConnection } from '../../cluster/connection.js';
import type { Context } from '../../context.js';
import { clusterClients } from '../../discovery/cluster-facts.js';
import { namespaceOf, readRecord, requireRecord, type KeptRecord } from '../../discovery/record.js';
import { DEFAULT_TOPOLOGY, defaultHosts, type Topology, type TopologyService } from '../../discovery/topology.js';
import { requireHosts } from '../../discovery/topology-jobs.js';
import { inNamespace } from '../../jobs/parse/in-namespace.js';
import { openCluster } from '../../targets/open-cluster.js';
import { flagOf, wordOf, type CommandInput, type FlagSpec } from '../command.js';
import { orSilence } from '../job/job-input.js';

export const fileFlag: FlagSpec = {
  flag: '--file <file>',
  summary: 'the topology, in YAML or JSON; default: the one that is up, else two pages behind nginx on the clients that there are',
};

/** A cluster with the topology that is up on it, in the namespace of its jobs. */
export interface OpenDiscovery {
  readonly connection: ClusterConnection;
  readonly record: KeptRecord;
}

/** @throws OutcomeError `discovery-not-up`, `cluster-silent`; PrerequisiteError `cluster-not-up` */
export async function openDiscovery(ctx: Context): Promise<OpenDiscovery> {
  const connection = await (await openCluster(ctx)).connection();
  const record = await orSilence(requireRecord(connection.consul, ctx.signal), ctx);
  return { connection: inNamespace(connection, record.namespace), record };
}

export interface WantedDiscovery {
  readonly connection: ClusterConnection;
  /** What is up, or was begun. */
  readonly record: KeptRecord | undefined;
  readonly topology: Topology;
  /** Names of all clients that Nomad has not lost. */
  readonly clients: readonly string[];
  readonly namespace: string;
}

/** The topology that is asked for. @throws ConfigError `discovery-topology`; PrerequisiteError `no-clients`, `cluster-not-up` */
export async function wantedDiscovery(input: CommandInput, ctx: Context): Promise<WantedDiscovery> {
  const file = flagOf(input, 'file');
  // A file that is wrong is told without a cluster.
  const given = file === undefined ? undefined : await (await import('../../discovery/read-topology.js')).readTopology(file);
  const cluster = await (await openCluster(ctx)).connection();
  const [record, { present: clients, ready }] = await orSilence(
    Promise.all([readRecord(cluster.consul, ctx.signal), clusterClients({ connection: cluster, signal: ctx.signal })]),
    ctx,
  );
  const chosen = given ?? record?.topology ?? DEFAULT_TOPOLOGY;
  // Once chosen, hosts stay: another client must not move a balancer.
  const hosts = chosen.hosts ?? record?.topology.hosts ?? defaultHosts(ready);
  if (Object.keys(hosts).length === 0)
    throw new PrerequisiteError('no client of the cluster takes work', { code: 'no-clients', next: nomadctl`status` });
  const topology = { ...chosen, hosts };
  requireHosts(topology, clients);
  const connection = inNamespace(cluster, record?.namespace);
  return { connection, record, topology, clients, namespace: namespaceOf(connection) };
}

/** The service that a command names. @throws UsageError `service-unknown` */
export function serviceOf(input: CommandInput, { services }: Topology): { readonly name: string; readonly service: TopologyService } {
  const name = wordOf(input, 'service') ?? '';
  const names = Object.keys(services);
  const service = services[name];
  if (service) return { name, service };
  throw new UsageError(`the topology has no service "${name}"${didYouMean(name, names)}`, {
    code: 'service-unknown',
    why: `its services: ${names.join(', ')}`,
    next: nomadctl`discovery status`,
  });
}
