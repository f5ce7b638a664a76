import type { AnyStep, Plan } from '../../engine/step.js';
import { makeAuthorityStep } from '../../steps/cluster/make-authority.js';
import { revokeTokensStep } from '../../steps/cluster/revoke-tokens.js';
import { setSchedulerStep } from '../../steps/cluster/set-scheduler.js';
import { setUpAclSteps } from '../../steps/cluster/set-up-acl.js';
import { applyClusterStep } from '../../steps/ucloud/apply-cluster.js';
import { applyNetworkStep } from '../../steps/ucloud/apply-network.js';
import { applyIngressStep } from '../../steps/ucloud/ingress/apply-ingress.js';
import { certifyOperatorStep } from '../../steps/ucloud/securing/certify-operator.js';
import { checkCapacityStep } from '../../steps/ucloud/check-capacity.js';
import { checkCloudStep } from '../../steps/ucloud/check-cloud.js';
import { checkJumpHostStep } from '../../steps/ucloud/check-jump-host.js';
import { checkTerraformStep } from '../../steps/ucloud/check-terraform.js';
import { chooseImagesStep } from '../../steps/ucloud/choose-images.js';
import { compareHostsStep } from '../../steps/ucloud/compare-hosts.js';
import { furnishHostsStep } from '../../steps/ucloud/furnish-hosts.js';
import { makeSshKeyStep } from '../../steps/ucloud/make-ssh-key.js';
import { replaceHostsStep } from '../../steps/ucloud/replace-hosts.js';
import { retireHostsStep } from '../../steps/ucloud/retire-hosts.js';
import { setUpHostsStep } from '../../steps/ucloud/set-up-hosts.js';
import { startHostsStep } from '../../steps/ucloud/start-hosts.js';
import { waitForClientsStep } from '../../steps/ucloud/wait-for-clients.js';
import { waitForHostsStep } from '../../steps/ucloud/wait-for-hosts.js';
import { waitForLeadersStep } from '../../steps/ucloud/wait-for-leaders.js';
import { writeSshFilesStep } from '../../steps/ucloud/write-ssh-files.js';
import { hasHosts, isSecured, markSecured } from '../../ucloud/security/profile.js';
import { reachCluster } from '../../ucloud/security/reach-cluster.js';
import type { UcloudSettings } from '../../ucloud/settings/options.js';
import { wantedHosts } from '../../ucloud/settings/wanted-hosts.js';
import type { UcloudState } from '../../ucloud/ucloud-state.js';
import type { UcloudContext, UcloudSubject } from '../../ucloud/ucloud-subject.js';
import type { UpOptions } from '../target.js';

type Steps = readonly (AnyStep<UcloudSubject, UcloudState> | readonly AnyStep<UcloudSubject, UcloudState>[])[];

const reached = (at: UcloudContext<'hosts'>) => reachCluster(at.state.hosts, at);

const setScheduler = setSchedulerStep<UcloudSubject, UcloudState, 'hosts'>('hosts', reached);

/** Every secret is chosen before anything is made. */
export const makeAuthority = makeAuthorityStep<UcloudSubject, UcloudState>({
  inUse: async ({ cluster }) => isSecured(cluster.paths) && (await hasHosts(cluster.paths)),
  nodes: ({ cluster }) => wantedHosts(cluster.settings).map(({ name }) => name),
  mark: ({ cluster }) => markSecured(cluster.paths),
  isMarked: ({ cluster }) => isSecured(cluster.paths),
});

const acl = setUpAclSteps<UcloudSubject, UcloudState, 'hosts'>({
  needs: 'hosts',
  reached,
  consulByCall: true,
  // Consul has no certificate to show to a Nomad that wants one.
  keys: ({ cluster }) => (cluster.settings.clientCertificates ? 'told' : 'fetched'),
});

const revokeTokens = revokeTokensStep<UcloudSubject, UcloudState, 'hosts'>({
  needs: 'hosts',
  reached,
  names: ({ state }) => state.hosts.map(({ name }) => name),
});

/** From hosts that are made to clients that take work: hosts set themselves up, each at its first boot. */
function openSteps(replacing: Steps): Steps {
  // Before the waits: they would wait for a dead host that is to be replaced.
  return [...replacing, waitForHostsStep, waitForLeadersStep, [setScheduler, waitForClientsStep]];
}

/**
 * The same with profile secure. Hosts are told over SSH what nobody else may know, and their agents start with tokens that do not
 * exist yet; Nomad's clients wait on their hosts until theirs do. All this comes before a replacement, too: it waits for every
 * host that is new.
 */
function securedSteps(replacing: Steps, replaced: readonly string[]): Steps {
  const setUp = setUpHostsStep(replaced);
  const rest: Steps = [[setScheduler, acl.workloads, waitForClientsStep], revokeTokens];
  return replacing.length > 0
    ? [setUp, [acl.consul, acl.nomad], ...replacing, waitForHostsStep, waitForLeadersStep, ...rest]
    : [setUp, waitForHostsStep, [waitForLeadersStep, acl.consul, acl.nomad], ...rest];
}

export function upPlan(
  { replace, replaceHosts }: UpOptions,
  { profile, clientCertificates }: Pick<UcloudSettings, 'profile' | 'clientCertificates'>,
): Plan<UcloudSubject, UcloudState> {
  const replaces = replace || replaceHosts.length > 0;
  const replacing: Steps = replaces ? [replaceHostsStep(replaceHosts)] : [];
  const secured = profile === 'secure';
  return {
    id: 'up',
    steps: [
      [checkTerraformStep, checkCloudStep, ...(secured ? [makeAuthority] : [])],
      ...(secured && clientCertificates ? [certifyOperatorStep] : []),
      chooseImagesStep,
      checkCapacityStep,
      makeSshKeyStep,
      applyNetworkStep,
      checkJumpHostStep,
      retireHostsStep,
      applyClusterStep,
      startHostsStep(replaceHosts),
      furnishHostsStep(replaceHosts),
      ...(secured ? securedSteps(replacing, replaceHosts) : openSteps(replacing)),
      [writeSshFilesStep, applyIngressStep()],
      ...(replaces ? [] : [compareHostsStep]),
    ],
  };
}
