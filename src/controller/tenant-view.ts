import { anySignal } from '@nomadctl/base/signals/any-signal';
import type { ConsulStore } from '../clients/consul/consul-store.js';
import { createConsulApi } from '../clients/consul/consul-api.js';
import { keepFresh, type FreshValue } from '../clients/fresh-value.js';
import type { ClusterConnection } from '../cluster/connection.js';
import { CUSTOMERS, TENANTS, type CustomerRecord, type TenantRecord } from '../tenants/records.js';
import { addressIn, tenantService, type TenantAddress } from '../tenants/tenant-address.js';
import type { TenantManifest } from '../tenants/tenant-manifest.js';
import { recordsIn } from '../tenants/tenant-store.js';

/**
 * What look-ups need, in memory: Consul tells of what changes, and nobody asks it for a request. While it does not answer, what it told
 * last is given for half a minute.
 */
export interface TenantView {
  /** @throws ApiError once Consul has not answered for half a minute, as the others do */
  customer(name: string): Promise<CustomerRecord | undefined>;
  tenant(name: string): Promise<TenantRecord | undefined>;
  /** Consul is asked at the first time, and tells from then on. */
  address(tenant: string, manifest: Pick<TenantManifest, 'address'>): Promise<TenantAddress>;
}

const STALE_MS = 30_000;
/**
 * Addresses that are followed, those that were asked for last. Each holds a connection, and Consul takes 200 of one address,
 * which replicas and workers may share (https://developer.hashicorp.com/consul/docs/reference/agent/configuration-file/general, `http_max_conns_per_client`).
 */
const MOST_FOLLOWED = 50;

interface Followed {
  readonly instances: FreshValue<Parameters<typeof addressIn>[1]>;
  readonly stop: AbortController;
}

export function openTenantView(
  { store, connection }: { readonly store: ConsulStore; readonly connection: Pick<ClusterConnection, 'consul'> },
  signal: AbortSignal,
): TenantView {
  const consul = createConsulApi(connection.consul);
  const fresh = { signal, staleMs: STALE_MS };
  const follow = <T extends { readonly name: string }>(prefix: string): FreshValue<ReadonlyMap<string, T>> =>
    keepFresh(async (since) => {
      const { keys, index } = await store.tree(prefix, since);
      return { value: new Map(recordsIn<T>(keys).map((record) => [record.name, record])), index };
    }, fresh);
  const customers = follow<CustomerRecord>(CUSTOMERS);
  const tenants = follow<TenantRecord>(TENANTS);
  const followed = new Map<string, Followed>();
  const instancesOf = (service: string): Followed['instances'] => {
    const there = followed.get(service) ?? followService(service);
    // The one that was asked for last comes last.
    followed.delete(service);
    followed.set(service, there);
    const [oldest] = followed;
    if (oldest && followed.size > MOST_FOLLOWED) {
      followed.delete(oldest[0]);
      oldest[1].stop.abort();
    }
    return there.instances;
  };
  const followService = (service: string): Followed => {
    const stop = new AbortController();
    const until = anySignal(signal, stop.signal);
    return { stop, instances: keepFresh((since) => consul.service(service, since), { ...fresh, signal: until }) };
  };
  return {
    customer: async (name) => (await customers.get()).get(name),
    tenant: async (name) => (await tenants.get()).get(name),
    async address(tenant, manifest) {
      const instances = await instancesOf(tenantService(tenant, manifest)).get();
      return addressIn({ tenant, manifest }, instances);
    },
  };
}
