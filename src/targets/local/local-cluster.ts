import type { Cluster } from '../target.js';
import type { localOptions } from './options.js';

export type LocalCluster = Cluster<typeof localOptions>;
