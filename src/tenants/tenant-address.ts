import { createConsulApi } from '../clients/consul/consul-api.js';
import type { ServiceInstance } from '../clients/consul/consul-replies.js';
import type { ClusterConnection } from '../cluster/connection.js';
import type { TenantManifest } from './tenant-manifest.js';

/** Where a customer reaches a tenant. */
export interface TenantAddress {
  /** The service in Consul, which names resolve as `<service>.service.consul`. */
  readonly service: string;
  /** `address:port` of all instances that pass their checks, sorted; none while nothing of it runs. */
  readonly addresses: readonly string[];
  /** What a customer types; absent while there is no address. */
  readonly url?: string;
}

export function tenantService(tenant: string, { address }: Pick<TenantManifest, 'address'>): string {
  return `${tenant}-${address.service}`;
}

export async function tenantAddress(
  { consul }: Pick<ClusterConnection, 'consul'>,
  { tenant, manifest }: { readonly tenant: string; readonly manifest: Pick<TenantManifest, 'address'> },
  signal: AbortSignal,
): Promise<TenantAddress> {
  const { value } = await createConsulApi(consul).service(tenantService(tenant, manifest), { index: 0, signal });
  return addressIn({ tenant, manifest }, value);
}

/** The same from what Consul has told of its instances. */
export function addressIn(
  { tenant, manifest }: { readonly tenant: string; readonly manifest: Pick<TenantManifest, 'address'> },
  instances: readonly Pick<ServiceInstance, 'address' | 'port' | 'passing'>[],
): TenantAddress {
  const service = tenantService(tenant, manifest);
  const addresses = instances
    .filter(({ passing }) => passing)
    .map(({ address, port }) => `${address}:${port}`)
    .sort();
  const { url, between } = manifest.address;
  return { service, addresses, ...(addresses.length === 0 ? {} : { url: url.replace('${addresses}', addresses.join(between)) }) };
}
