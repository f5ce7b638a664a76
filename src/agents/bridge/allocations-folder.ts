import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** Where root's clients with bridge networks keep their allocations. Not below the home, see `allocationsFolder`. */
export const ALLOCATIONS_ROOT = '/var/lib/nomadctl';

/**
 * Of a cluster whose groups may have bridge networks: a folder for each client. In every allocation with a sidecar Nomad listens at
 * `<alloc_dir>/<allocation>/alloc/tmp/consul_grpc.sock`, and the path of a socket has room for 107 characters (unix(7)): 43 are left for
 * `alloc_dir`, and a folder of a home is longer.
 */
export function allocationsFolder(agents: string): string {
  return join(ALLOCATIONS_ROOT, createHash('sha256').update(agents).digest('hex').slice(0, 8));
}
