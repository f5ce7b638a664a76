import type { Cluster } from '../target.js';
import type { ucloudOptions } from '../../ucloud/settings/options.js';

export type UcloudTargetCluster = Cluster<typeof ucloudOptions>;
