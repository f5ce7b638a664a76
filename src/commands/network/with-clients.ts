import { PrerequisiteError, UsageError } from '@nomadctl/base/errors';
import { hint, nomadctl, shell } from '@nomadctl/base/hint/hint';
import { mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { Context } from '../../context.js';
import { swarmHosts, type SwarmHost } from '../../docker/overlay/overlay-host.js';
import { openCluster } from '../../targets/open-cluster.js';

/** Of one script. */
const SCRIPT_MS = 3 * 60_000;

/**
 * Does something with the engines of all clients of the cluster that is meant, each over a connection of its own.
 * @throws UsageError `target-wrong` for a cluster of this computer, PrerequisiteError `too-few-hosts`, and what `swarmHosts` throws
 */
export async function withClients<T>(ctx: Context, work: (hosts: readonly SwarmHost[]) => Promise<T>): Promise<T> {
  const { cluster, target, state, name } = await openCluster(ctx);
  const { shellOn } = target;
  if (shellOn === undefined)
    throw new UsageError(`cluster ${name} has no hosts that an overlay could join`, {
      code: 'target-wrong',
      why: `it lives on ${target.title.replace(/^This/, 'this')}: containers of one engine are together in a bridge of docker's`,
      next: hint`${shell`docker network create <name>`}, or ${nomadctl`list`}   shows clusters elsewhere`,
    });
  const clients = ((state['hosts'] ?? []) as readonly { name: string; role: string }[]).filter(({ role }) => role === 'client');
  if (clients.length < 2)
    throw new PrerequisiteError(`an overlay takes two clients, and cluster ${name} has ${clients.length}`, {
      code: 'too-few-hosts',
      why: 'on one host every bridge does the same',
      next: hint`${nomadctl`config set clients 2`} && ${nomadctl`up`}`,
    });
  const open = await mapBounded(clients, PROCESSES_AT_ONCE, async ({ name: node }) => ({
    name: node,
    ...(await shellOn(cluster, state, { node, ctx, timeoutMs: SCRIPT_MS })),
  }));
  try {
    return await work(await swarmHosts(open));
  } finally {
    await mapBounded(open, PROCESSES_AT_ONCE, ({ shell: one }) => one.close());
  }
}
