import { createConsulStore, type ConsulStore } from '../clients/consul/consul-store.js';
import type { AgentEndpoint } from '../clients/agent-endpoint.js';
import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { DEFAULT_NAMESPACE, type ClusterConnection } from '../cluster/connection.js';
import type { Topology } from './topology.js';

/** In the cluster's own Consul: whoever works on the cluster sees the same, and it goes with the cluster. */
const KEY = 'nomadctl-discovery';

/** What was asked for, and what was deployed for it. */
export interface DiscoveryRecord {
  readonly topology: Topology;
  /** Jobs that are ours to stop, written down before they are registered. */
  readonly jobs: readonly string[];
  /** Theirs, in Nomad. */
  readonly namespace: string;
}

export interface KeptRecord extends DiscoveryRecord {
  /** By which a later write knows that nobody else wrote since. */
  readonly index: number;
}

/** Jobs are in the namespace of the connection; without one, in everybody's. */
export const namespaceOf = ({ nomad }: ClusterConnection): string => nomad.namespace ?? DEFAULT_NAMESPACE;

export async function readRecord(consul: AgentEndpoint, signal: AbortSignal): Promise<KeptRecord | undefined> {
  const found = await storeOf(consul).read(KEY, signal);
  return found && { ...(JSON.parse(found.value.toString('utf8')) as DiscoveryRecord), index: found.index };
}

/** @throws OutcomeError `discovery-not-up` where there is none */
export async function requireRecord(consul: AgentEndpoint, signal: AbortSignal): Promise<KeptRecord> {
  const found = await readRecord(consul, signal);
  if (found) return found;
  throw new OutcomeError('no topology is up on this cluster', { code: 'discovery-not-up', next: nomadctl`discovery up` });
}

/** @param index of the record that was read; 0: there was none. @throws OutcomeError `discovery-changed` when somebody else wrote */
export async function writeRecord(
  consul: AgentEndpoint,
  { topology, jobs, namespace }: DiscoveryRecord,
  { index, signal }: { readonly index: number; readonly signal: AbortSignal },
): Promise<KeptRecord> {
  const store = storeOf(consul);
  const value = Buffer.from(JSON.stringify({ topology, jobs, namespace } satisfies DiscoveryRecord));
  const isWritten = await store.write(KEY, value, { index, signal });
  if (!isWritten)
    throw new OutcomeError('somebody else changed the topology meanwhile', {
      code: 'discovery-changed',
      why: 'nothing was deployed or stopped',
      next: nomadctl`discovery plan`,
    });
  const kept = await store.read(KEY, signal);
  return { topology, jobs, namespace, index: kept?.index ?? 0 };
}

export async function forgetRecord(consul: AgentEndpoint, signal: AbortSignal): Promise<void> {
  await storeOf(consul).remove(KEY, { signal });
}

function storeOf(consul: AgentEndpoint): ConsulStore {
  return createConsulStore({ ...consul, name: 'Consul' });
}
