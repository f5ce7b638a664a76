import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { setCommand } from '../../options/conflict.js';
import { applyRoot, planRoot, pushErroredState } from '../../terraform/apply-root.js';
import { endOfEarlierRun } from '../../terraform/earlier-run.js';
import { runningTerraform } from '../../terraform/running-terraform.js';
import { initRoot, isInitialised } from '../../terraform/init-root.js';
import { observeNetwork, type ObservedNetwork } from '../../ucloud/terraform/observe-network.js';
import { networkOf } from '../../ucloud/terraform/network-outputs.js';
import { openRoot } from '../../ucloud/terraform/open-root.js';
import { describeChanges } from '../../terraform/plan-stream.js';
import { writeRoot } from '../../terraform/render-root.js';
import { lostIn } from '../../terraform/trouble.js';
import { missingIn, untilSeen } from '../../ucloud/terraform/until-seen.js';
import { reconcileNetwork } from '../../ucloud/terraform/reconcile-network.js';
import { networkProblems } from '../../ucloud/network/network-problems.js';
import { ucloudOf } from '../../ucloud/account/open-cloud.js';
import { refuseNetworkChange } from '../../ucloud/network/refuse-network-change.js';
import type { UcloudNetwork } from '../../ucloud/ucloud-state.js';
import { defineStep, type UcloudContext } from '../../ucloud/ucloud-subject.js';

const WHAT = 'make the network';

/** Two networks that reach each other, or those of the settings. */
export const applyNetworkStep = defineStep({
  id: 'apply-network',
  title: 'Making the network',
  requires: ['tools'],
  provides: ['network', 'networkPending'],
  inputs: ({ cluster: { settings } }) => ({
    ranges: [settings.managementCidr, settings.clientsCidr],
    given: [settings.vpcId, settings.subnetId, settings.clientVpcId, settings.clientSubnetId],
    controller: settings.controllerVpcId,
  }),
  async isDone(at) {
    await refuseNetworkChange(at.cluster);
    const scope = await openRoot(at, 'network');
    if (runningTerraform(scope.root)) return { done: false, because: 'terraform of an earlier run is still at work' };
    const { rendered, outdated, orphans, peerings, halfMade, known } = await observeNetwork({
      cluster: at.cluster,
      scope,
      api: await ucloudOf(at.cluster, at),
    });
    if (outdated.length > 0) return { done: false, because: known.length === 0 ? 'there is none yet' : 'the settings changed' };
    if (orphans.adopt.length + orphans.remove.length + peerings.length + halfMade.length > 0)
      return { done: false, because: 'an interrupted run left something' };
    if (!(await isInitialised(scope, rendered, at.cluster.settings.pluginMirror)))
      return { done: false, because: 'providers have to be fetched' };
    const { pending, changes } = await planRoot(scope, { what: WHAT });
    if (pending) return { done: false, because: describeChanges(changes) };
    const network = await networkOf(scope);
    const before = at.state.network;
    if (at.state.networkPending) return { done: false, because: 'it is marked as pending deletion' };
    if (before && JSON.stringify(before) !== JSON.stringify(network)) return { done: false, because: 'it has other ids' };
    return { done: true, state: { network, networkPending: null }, detail: detailOf(network) };
  },
  async run(at, io) {
    await refuseNetworkChange(at.cluster);
    const scope = await openRoot(at, 'network', io);
    const api = await ucloudOf(at.cluster, at);
    await refuseMissing(at, api);
    const observe = () => observeNetwork({ cluster: at.cluster, scope, api });
    const tidyUp = async (lost: readonly string[]): Promise<ObservedNetwork> => {
      await endOfEarlierRun(at, scope.root, io.line);
      const observed = await untilSeen(scope, observe, (sight) => missingIn(sight, lost));
      await writeRoot(scope.root, observed.rendered);
      await initRoot(scope, observed.rendered, at.cluster.settings.pluginMirror);
      await pushErroredState(scope);
      await reconcileNetwork({ cluster: at.cluster, scope, api }, observed);
      return observed;
    };
    let observed = await tidyUp([]);
    const { changes, troubled } = await applyRoot(scope, {
      what: WHAT,
      present: () => observed.sight.present,
      betweenAttempts: async (failed) => {
        observed = await tidyUp(lostIn(failed));
      },
    });
    if (troubled) await reconcileNetwork({ cluster: at.cluster, scope, api }, await untilSeen(scope, observe, ({ unseen }) => unseen));
    const network = await networkOf(scope);
    return { state: { network, networkPending: null }, detail: `${describeChanges(changes)}; ${detailOf(network)}` };
  },
});

/** @throws PrerequisiteError for networks that were given by id and are not there: nothing is made beside them. */
async function refuseMissing({ cluster, signal }: UcloudContext, api: UcloudApi): Promise<void> {
  const [problem] = await networkProblems(api, cluster.settings, signal);
  if (problem === undefined) return;
  const { key, text, offered } = problem;
  throw new PrerequisiteError(text, {
    code: 'ucloud-network',
    why: offered.length === 0 ? 'there is none' : `there is ${offered.join(', ')}`,
    next: setCommand(cluster.name, { [key]: offered[0] ?? '<id>' }),
  });
}

function detailOf({ managementCidr, clientCidr }: UcloudNetwork): string {
  return `${managementCidr}, ${clientCidr}`;
}
