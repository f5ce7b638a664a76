import { nomadctl } from '@nomadctl/base/hint/hint';
import { waitFor } from '@nomadctl/base/wait-for';
import type { Context } from '../../context.js';
import { differences, lookAt, type DiscoveryLook } from '../../discovery/look.js';
import type { Topology } from '../../discovery/topology.js';
import type { ClusterConnection } from '../../cluster/connection.js';

const TIMEOUT_MS = 30_000;
/** Balancers cannot be watched: they are asked. */
const PAUSE_MS = 100;
/** Of an instance that has to be started or ended, too. */
const SCALE_MS = 120_000;
const CLOSE_MS = 20;

/**
 * Waits until Consul has as many healthy instances as the topology says, and every balancer serves these and no others. Where
 * canaries wait for somebody (`exact` false), there may be more.
 * @throws OutcomeError `wait-timeout` with what does not follow
 */
export async function untilFollowed(
  { connection, topology, exact = true }: { readonly connection: ClusterConnection; readonly topology: Topology; readonly exact?: boolean },
  ctx: Context,
): Promise<DiscoveryLook> {
  const { clock, signal } = ctx;
  const wait = { what: 'balancers that serve what Consul calls healthy', timeoutMs: TIMEOUT_MS, pauseMs: PAUSE_MS, clock, signal };
  return waitFor({ ...wait, next: nomadctl`discovery status` }, async () => {
    const value = await lookAt(topology, { connection, signal });
    const found = differences(value, topology, exact);
    return found.length === 0 ? { value } : { observed: found.join('; ') };
  });
}

/**
 * The same, measured: milliseconds from when Consul had so many healthy instances until every balancer served these and no
 * others. As exact as balancers are asked.
 */
export async function followTime(connection: ClusterConnection, topology: Topology, ctx: Context): Promise<number> {
  const { clock, signal } = ctx;
  let since: number | undefined;
  const wait = { what: 'balancers that follow', timeoutMs: SCALE_MS, pauseMs: CLOSE_MS, clock, signal };
  return waitFor({ ...wait, next: nomadctl`discovery status` }, async () => {
    const look = await lookAt(topology, { connection, signal });
    const now = clock.now();
    if (look.services.every(({ wanted, instances }) => instances.filter(({ passing }) => passing).length === wanted)) since ??= now;
    const found = differences(look, topology, true);
    return found.length === 0 ? { value: now - (since ?? now) } : { observed: found.join('; ') };
  });
}
