import type { Plan } from '../../engine/step.js';
import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { stopJobsStep } from '../../steps/cluster/stop-jobs.js';
import { destroyClusterStep } from '../../steps/ucloud/destroy-cluster.js';
import { destroyNetworkStep } from '../../steps/ucloud/destroy-network.js';
import { lookForLeftoversStep } from '../../steps/ucloud/look-for-leftovers.js';
import { waitForNetworkStep } from '../../steps/ucloud/wait-for-network.js';
import { reachCluster } from '../../ucloud/security/reach-cluster.js';
import type { UcloudState } from '../../ucloud/ucloud-state.js';
import type { UcloudSubject } from '../../ucloud/ucloud-subject.js';
import type { DownOptions } from '../target.js';
import type { UcloudTargetCluster } from './ucloud-cluster.js';

/** The hosts go a moment later, and whatever still runs goes with them. */
const STOP_MS = 15_000;

/** @throws UsageError for `--keep-data`: what a host keeps goes with it. */
export function downPlan(
  cluster: UcloudTargetCluster,
  { keepData, waitNetwork, timeoutMs, prune }: DownOptions,
): Plan<UcloudSubject, UcloudState> {
  if (keepData) {
    throw new UsageError('--keep-data is for clusters on this computer', {
      code: 'keep-data-elsewhere',
      why: 'hosts at UCloud are deleted, with their disks',
      next: nomadctl`down ${cluster.name}`,
    });
  }
  const network = [waitForNetworkStep(timeoutMs === undefined ? {} : { timeoutMs }), destroyNetworkStep];
  return {
    id: 'down',
    always: true,
    steps: [
      stopJobsStep((at) => reachCluster(at.state.hosts ?? [], at), STOP_MS),
      destroyClusterStep,
      ...(waitNetwork ? network : []),
      lookForLeftoversStep({ prune }),
    ],
  };
}
