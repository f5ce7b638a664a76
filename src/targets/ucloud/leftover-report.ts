import { formatTable } from '@nomadctl/base/table';
import type { Leftover } from '../../ucloud/ucloud-state.js';
import { formatPrice } from '../../ucloud/owned/price-owned.js';
import type { UcloudState } from '../../ucloud/ucloud-state.js';
import type { Leftovers } from '../target.js';
import type { UcloudTargetCluster } from './ucloud-cluster.js';
import type { GivenCommand } from '@nomadctl/base/hint/given-command';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { renderHint } from '@nomadctl/base/hint/render-hint';

/** What the last `down` left: a network that UCloud still keeps, images, and what should not be there. */
export function leftoversAtUcloud(
  { name }: Pick<UcloudTargetCluster, 'name'>,
  state: Partial<UcloudState>,
  given: GivenCommand,
): Leftovers | undefined {
  const pending = isNetworkPending(state);
  const leftovers = isDown(state) ? (state.leftovers ?? []) : [];
  if (!pending && leftovers.length === 0) return undefined;
  const finish = nomadctl`down ${name} --wait-network`;
  const prune = renderHint(nomadctl`down ${name} ${pending ? ['--wait-network'] : []} --prune`, given);
  return {
    lines: [
      ...(pending ? ['', pendingText(name, given)] : []),
      ...(leftovers.length > 0 ? ['', 'Still at UCloud:', tableOf(leftovers), `To remove them: ${prune}`] : []),
    ],
    ...(pending ? { next: finish, pending: 'network' } : {}),
    data: { networkPending: pending, leftovers },
  };
}

/** The cluster is gone and its network is not. A network with hosts in it waits for nothing. */
export function isNetworkPending(state: Partial<UcloudState>): boolean {
  return isDown(state) && Boolean(state.networkPending);
}

export function pendingText(name: string, given: GivenCommand): string {
  const finish = renderHint(nomadctl`down ${name} --wait-network`, given);
  return `The network of ${name} is still there: UCloud lets go of it about ten minutes after the hosts. To delete it then: ${finish}`;
}

const isDown = ({ hosts = [] }: Partial<UcloudState>): boolean => hosts.length === 0;

function tableOf(leftovers: readonly Leftover[]): string {
  const columns = ['what', 'id', 'name', 'a month'];
  const rows = leftovers.map(({ kind, id, name, perMonth }) => [kind, id, name, perMonth === undefined ? '-' : formatPrice(perMonth)]);
  return formatTable(columns, rows, {});
}
