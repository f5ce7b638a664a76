import type { Cluster } from '../target.js';
import type { ucloudOptions } from './options.js';

export type UcloudTargetCluster = Cluster<typeof ucloudOptions>;
