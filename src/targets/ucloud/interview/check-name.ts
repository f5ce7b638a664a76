import { UsageError } from '../../../errors.js';
import { tagOf } from '../../../ucloud/ucloud-subject.js';
import type { OpenDesk } from './desk.js';

/**
 * A cluster's name is its tag at UCloud: two of one name in a project and region could not be told apart. One that has a
 * file here is ours.
 * @throws UsageError `cluster-name-taken`.
 */
export async function checkName({ api, cluster, request }: OpenDesk): Promise<void> {
  if (!request.isNew) return;
  const Tag = tagOf({ name: cluster });
  const [hosts, networks] = await Promise.all([
    api.call('DescribeUHostInstance', { Tag, Limit: 100 }),
    api.call('DescribeVPC', { Tag, Limit: 100 }),
  ]);
  const found = [
    ...(hosts.UHostSet.length > 0 ? [`${hosts.TotalCount ?? hosts.UHostSet.length} hosts`] : []),
    ...(networks.DataSet.length > 0 ? [`${networks.TotalCount ?? networks.DataSet.length} networks`] : []),
  ];
  if (found.length === 0) return;
  throw new UsageError(`there is a cluster ${cluster} in ${api.projectId}, ${api.region} already`, {
    code: 'cluster-name-taken',
    why: `${found.join(' and ')} with the tag ${Tag}, and no file of that cluster on this computer`,
    next: `nomadctl init ${cluster}-2, or copy its folder here`,
  });
}
