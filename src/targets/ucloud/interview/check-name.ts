import { UsageError } from '@nomadctl/base/errors';
import { tagOf } from '../../../ucloud/cluster-tag.js';
import type { ConnectedContext } from './interview-context.js';

/**
 * A cluster's name is its tag at UCloud: two of one name in a project and region could not be told apart. One that has a
 * file here is ours.
 * @throws UsageError `cluster-name-taken`.
 */
export async function checkName({ api, cluster, request, again }: ConnectedContext): Promise<void> {
  if (!request.isNew) return;
  const Tag = tagOf({ name: cluster });
  const [hosts, networks] = await Promise.all([
    api.call('DescribeUHostInstance', { Tag, Limit: 100 }),
    api.call('DescribeVPC', { Tag, Limit: 100 }),
  ]);
  const found = [
    ...amount(hosts.TotalCount ?? hosts.UHostSet.length, 'host'),
    ...amount(networks.TotalCount ?? networks.DataSet.length, 'network'),
  ];
  if (found.length === 0) return;
  throw new UsageError(`there is a cluster ${cluster} in ${api.projectId}, ${api.region} already`, {
    code: 'cluster-name-taken',
    why: `${found.join(' and ')} with the tag ${Tag}, and no file of that cluster on this computer; where there is one, its folder can be copied here`,
    next: again({}, `${cluster}-2`),
  });
}

const amount = (count: number, noun: string): string[] => (count === 0 ? [] : [`${count} ${noun}${count === 1 ? '' : 's'}`]);
