import { hostname, userInfo } from 'node:os';
import type { Context } from '../../context.js';
import { performOperation } from '../../plans/tenants.js';
import { acceptOperation, type WantedOperation } from '../../tenants/accept-operation.js';
import { openSession } from '../../state/lock/consul-session.js';
import type { Operation } from '../../tenants/records.js';
import { sharedRights } from '../../tenants/tenant-namespace.js';
import { tenantStore } from '../../tenants/tenant-store.js';
import { withCluster } from '../access/open-access.js';

type Connection = Parameters<Parameters<typeof withCluster>[1]>[0];

/** What commands of `tenant` work with. */
export interface Tenants {
  readonly connection: Connection;
  readonly store: ReturnType<typeof tenantStore>;
}

/** Does something with the tenants of the cluster that is meant. @throws as `withCluster` */
export async function withTenants<T>(ctx: Context, work: (tenants: Tenants) => Promise<T>): Promise<T> {
  return withCluster(ctx, (connection) => work({ connection, store: tenantStore(connection.consul) }));
}

/** Has an operation accepted, and does it here. */
export async function doHere(
  ctx: Context,
  { connection, store }: Tenants,
  wanted: Omit<WantedOperation, 'by' | 'anew'>,
): Promise<Operation> {
  const by = `${userInfo().username}@${hostname()}`;
  const { operation } = await acceptOperation(store, { ...wanted, by, anew: true }, { now: ctx.clock.now(), signal: ctx.signal });
  const session = await openSession(store, { name: `nomadctl ${operation.kind} ${operation.tenant}` });
  try {
    return await performOperation(ctx, operation, { connection, store, session, writeRights: sharedRights() });
  } finally {
    await session.end();
  }
}
