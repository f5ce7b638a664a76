import type { UcloudState } from '../../ucloud/ucloud-state.js';
import { halfwayOf } from '../halfway.js';
import type { Target } from '../target.js';
import { afterSetting } from './after-setting.js';
import { checkSettings, describeSettings } from '../../ucloud/settings/check-settings.js';
import { ucloudOptions } from '../../ucloud/settings/options.js';
import { underWay } from '../../security/rotation/rotation.js';
import { LASTING_SECRETS } from '../../ucloud/account/secret-names.js';

const profiles = () => import('../../ucloud/security/profile.js');
const upgrade = () => import('./securing/upgrade.js');

/** Hosts of UCloud's. What speaks to UCloud is loaded when it is needed: every command knows every target. */
export const ucloudTarget: Target<typeof ucloudOptions, UcloudState> = {
  id: 'ucloud',
  title: 'UCloud',
  options: ucloudOptions,
  describe: describeSettings,
  check: checkSettings,
  made: async (paths) => (await profiles()).madeWith(paths),
  cautions: async (settings) => (await import('../../ucloud/settings/cautions.js')).cautionsOf(settings),
  securedBy: async (cluster) => (await profiles()).securedBy(cluster),
  afterSetting,
  refuseChange: async (cluster) => (await import('./refuse-change.js')).refuseChange(cluster),
  interview: async (...request) => (await import('./interview/interview.js')).interviewUcloud(...request),
  upgrade: async (cluster, state) =>
    (await profiles()).isSecured(cluster.paths) ? undefined : (await upgrade()).upgradeAtUcloud(cluster, state),
  halfway: halfwayOf,
  ownHosts: true,
  replacesHosts: true,
  up: async (cluster, options) => {
    const { isSecuring, refuseOtherCertificates, refuseOtherProfile, refusePlain } = await profiles();
    await refusePlain(cluster);
    await refuseOtherProfile(cluster);
    await refuseOtherCertificates(cluster);
    await (await import('../../ucloud/ingress/refuse-public.js')).refusePublicExposures(cluster);
    await (await import('./states/state-standing.js')).refuseWrongState(cluster);
    if (await isSecuring(cluster)) {
      (await upgrade()).refuseReplacing(cluster, options);
      return (await import('./securing/securing-plan.js')).securingPlan(options, cluster.settings);
    }
    return (await import('./up-plan.js')).upPlan(options, cluster.settings);
  },
  down: async (cluster, options) => (await import('./down-plan.js')).downPlan(cluster, options),
  recover: async () => (await import('./recover-plan.js')).recoverPlan,
  reaches: ({ mode }) => (mode === 'private' ? ['inner'] : ['inner', 'public']),
  expose: async (_cluster, key) => (await import('./exposing/expose-plan.js')).exposePlan(key),
  rotate: async (...request) => (await import('./rotation.js')).ucloudRotation(...request),
  unfinishedRotation: (state) => underWay(state)?.kind,
  destruction: async (...request) => (await import('./destruction.js')).destructionAtUcloud(...request),
  lastingSecrets: LASTING_SECRETS,
  leftovers: async (...request) => (await import('./leftover-report.js')).leftoversAtUcloud(...request),
  connection: async (...request) => (await import('./connection.js')).ucloudConnection(...request),
  report: async (...request) => (await import('./report.js')).ucloudReport(...request),
  doctor: async (...request) => (await import('./doctor.js')).ucloudDoctor(...request),
  stateFindings: async (...request) => (await import('./states/state-standing.js')).ucloudStateFindings(...request),
  livingFirst: async (...request) => (await import('./living-first.js')).livingFirst(...request),
  programHere: async (...request) => (await import('./program-here.js')).ucloudProgramHere(...request),
  programOn: async (...request) => (await import('./node-access.js')).ucloudProgram(...request),
  shellOn: async (...request) => (await import('./node-access.js')).ucloudShell(...request),
  logFiles: async (...request) => (await import('./node-access.js')).ucloudLogFiles(...request),
};
