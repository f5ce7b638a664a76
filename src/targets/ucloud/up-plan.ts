import type { Plan } from '../../engine/step.js';
import { reachHosts } from '../../cluster/cluster-host.js';
import { setSchedulerStep } from '../../steps/cluster/set-scheduler.js';
import { applyClusterStep } from '../../steps/ucloud/apply-cluster.js';
import { applyNetworkStep } from '../../steps/ucloud/apply-network.js';
import { checkCapacityStep } from '../../steps/ucloud/check-capacity.js';
import { checkCloudStep } from '../../steps/ucloud/check-cloud.js';
import { checkTerraformStep } from '../../steps/ucloud/check-terraform.js';
import { chooseImagesStep } from '../../steps/ucloud/choose-images.js';
import { compareHostsStep } from '../../steps/ucloud/compare-hosts.js';
import { makeSshKeyStep } from '../../steps/ucloud/make-ssh-key.js';
import { replaceHostsStep } from '../../steps/ucloud/replace-hosts.js';
import { retireHostsStep } from '../../steps/ucloud/retire-hosts.js';
import { startHostsStep } from '../../steps/ucloud/start-hosts.js';
import { waitForClientsStep } from '../../steps/ucloud/wait-for-clients.js';
import { waitForHostsStep } from '../../steps/ucloud/wait-for-hosts.js';
import { waitForLeadersStep } from '../../steps/ucloud/wait-for-leaders.js';
import { writeSshFilesStep } from '../../steps/ucloud/write-ssh-files.js';
import type { UcloudState } from '../../ucloud/ucloud-state.js';
import type { UcloudSubject } from '../../ucloud/ucloud-subject.js';
import type { UpOptions } from '../target.js';

export function upPlan({ replace, replaceHosts }: UpOptions): Plan<UcloudSubject, UcloudState> {
  const replaces = replace || replaceHosts.length > 0;
  return {
    id: 'up',
    steps: [
      [checkTerraformStep, checkCloudStep],
      chooseImagesStep,
      checkCapacityStep,
      makeSshKeyStep,
      applyNetworkStep,
      retireHostsStep,
      applyClusterStep,
      startHostsStep(replaceHosts),
      // Before the waits: they would wait for a dead host that is to be replaced.
      ...(replaces ? [replaceHostsStep(replaceHosts)] : []),
      waitForHostsStep,
      waitForLeadersStep,
      [setSchedulerStep('hosts', (at) => reachHosts(at.state.hosts, at)), waitForClientsStep],
      writeSshFilesStep,
      ...(replaces ? [] : [compareHostsStep]),
    ],
  };
}
