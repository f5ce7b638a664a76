import { PrerequisiteError } from '@nomadctl/base/errors';
import { again } from '@nomadctl/base/hint/hint';
import type { ClusterConnection } from '../../../cluster/connection.js';
import type { AnyStep, Plan } from '../../../engine/step.js';
import type { SecuringPlace } from '../../../security/securing/securing-place.js';
import { beginClosing, endSecuringStep } from '../../../steps/cluster/close-consul.js';
import { deployJobsAgain } from '../../../steps/cluster/deploy-jobs-again.js';
import { makeAuthorityStep } from '../../../steps/cluster/make-authority.js';
import { restartClosedConsul } from '../../../steps/cluster/restart-closed-consul.js';
import { keepHostsStep, retireHostsStep } from '../../../steps/ucloud/retire-hosts.js';
import { stopPlainHostsStep } from '../../../steps/ucloud/securing/stop-plain-hosts.js';
import { writeSshFilesStep } from '../../../steps/ucloud/write-ssh-files.js';
import { isSecured } from '../../../ucloud/security/profile.js';
import type { UcloudSettings } from '../../../ucloud/settings/options.js';
import { wantedHosts } from '../../../ucloud/settings/wanted-hosts.js';
import type { UcloudState } from '../../../ucloud/ucloud-state.js';
import type { UcloudContext, UcloudSubject } from '../../../ucloud/ucloud-subject.js';
import type { UpOptions } from '../../target.js';
import { ucloudConnection } from '../connection.js';
import { ucloudFleet } from '../rotation.js';
import { makeAuthority, upPlan } from '../up-plan.js';

type Steps = readonly AnyStep<UcloudSubject, UcloudState>[];

/** Hosts are marked as secured when the agents of a plain cluster have ended, and not before. */
const makeAuthorityForPlain = makeAuthorityStep<UcloudSubject, UcloudState>({
  inUse: async ({ cluster }) => isSecured(cluster.paths),
  nodes: ({ cluster }) => wantedHosts(cluster.settings).map(({ name }) => name),
});

const place: SecuringPlace<UcloudSubject, UcloudState, 'hosts'> = { needs: 'hosts', connect };

/**
 * A plain cluster becomes secure, with its jobs running. Agents of all hosts end, and come back as those of a secured cluster, which
 * `set-up-hosts` makes of them as of new ones, but for Consul, which goes on to serve who has no token: tasks that run have none, and
 * ask it at its plain port. Jobs are deployed again in this state, and at its end Consul is closed, one agent after the other.
 */
export function securingPlan(
  options: UpOptions,
  { clientCertificates }: Pick<UcloudSettings, 'clientCertificates'>,
): Plan<UcloudSubject, UcloudState> {
  const { id, steps } = upPlan(options, { profile: 'secure', clientCertificates });
  const closing: Steps = [
    deployJobsAgain(place),
    beginClosing(place, options),
    restartClosedConsul<UcloudSubject, UcloudState, 'hosts'>({ needs: 'hosts', open: ucloudFleet }),
    endSecuringStep(),
  ];
  const before = (step: Steps[number]): Steps =>
    step.id === 'set-up-hosts' ? [stopPlainHostsStep] : step === writeSshFilesStep ? closing : [];
  const changed = (step: Steps[number]): Steps[number] =>
    step === makeAuthority ? makeAuthorityForPlain : step === retireHostsStep ? keepHostsStep : step;
  return {
    id,
    steps: steps.flatMap((entry): Plan<UcloudSubject, UcloudState>['steps'] =>
      'id' in entry ? [...before(entry), changed(entry)] : [...entry.flatMap(before), entry.map(changed)],
    ),
  };
}

/** @throws PrerequisiteError `cluster-not-up` before it has hosts */
async function connect(at: UcloudContext): Promise<ClusterConnection> {
  const connection = await ucloudConnection({ ...at.cluster, target: 'ucloud' }, at.state, at);
  if (connection) return connection;
  throw new PrerequisiteError(`cluster ${at.cluster.name} is not up`, { code: 'cluster-not-up', next: again() });
}
