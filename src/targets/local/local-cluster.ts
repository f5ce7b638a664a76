import type { Cluster } from '../target.js';
import type { localOptions } from '../../agents/local-options.js';

export type LocalCluster = Cluster<typeof localOptions>;
