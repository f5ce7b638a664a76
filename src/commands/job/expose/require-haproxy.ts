import { PrerequisiteError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import { mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { Context } from '../../../context.js';
import type { OpenCluster } from '../../../targets/open-cluster.js';

/** Of one host that is asked. */
const ASKED_MS = 30_000;

/**
 * Hosts have what their image has: each client is asked for haproxy before anything of it is registered. On this computer the deploy of the
 * ingress looks by itself. @throws PrerequisiteError `program-missing`, and what the way to a host throws
 */
export async function requireHaproxy(
  { target, cluster, state, name }: OpenCluster,
  clients: readonly string[],
  ctx: Context,
): Promise<void> {
  const { shellOn } = target;
  if (shellOn === undefined) return;
  const found = await mapBounded(clients, PROCESSES_AT_ONCE, async (node) => {
    const { shell } = await shellOn(cluster, state, { node, ctx, timeoutMs: ASKED_MS });
    return shell
      .run('looking for haproxy', 'if command -v haproxy > /dev/null; then echo there; fi')
      .then((said) => (said.includes('there') ? [] : [node]))
      .finally(() => shell.close());
  });
  const without = found.flat();
  if (without.length === 0) return;
  throw new PrerequisiteError(`there is no haproxy on ${without.join(', ')}`, {
    code: 'program-missing',
    why: `it serves what is exposed, on every client; the image that ${without.length === 1 ? 'this host was' : 'these hosts were'} made from was built before images of clients had it`,
    next: hint`${nomadctl`build-images`} && ${nomadctl`up ${name} --replace`}`,
  });
}
