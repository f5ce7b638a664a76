import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { userFolder } from '@nomadctl/base/user-folder';

/**
 * Where the plugins of a cluster's Nomad agents put their sockets: by default the temporary folder, which keeps those of
 * plugins that were killed for ever. Not in the cluster's own folder, because the path of a socket has room for a hundred
 * characters only (unix(7)).
 */
export function socketFolder(agents: string): string {
  return join(userFolder(), 'sockets', createHash('sha256').update(agents).digest('hex').slice(0, 12));
}
