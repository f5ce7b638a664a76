import type { Step } from '../../engine/step.js';
import { keptIds } from '../../ucloud/settings/kept-ids.js';
import { ucloudOf } from '../../ucloud/account/open-cloud.js';
import { releaseNetwork } from '../../ucloud/network/release-network.js';
import { defineStep, type UcloudSubject } from '../../ucloud/ucloud-subject.js';
import type { UcloudState } from '../../ucloud/ucloud-state.js';
import { nomadctl } from '@nomadctl/base/hint/hint';

/** Of what people report: about ten minutes, now and then fifteen. */
const TIMEOUT_MS = 20 * 60_000;

/** Waits until UCloud lets go of the addresses that hosts had, and deletes the subnets the moment it does. */
export function waitForNetworkStep({ timeoutMs = TIMEOUT_MS }: { readonly timeoutMs?: number }): Step<UcloudSubject, UcloudState> {
  return defineStep({
    id: 'wait-for-network',
    title: 'Waiting for UCloud to release the subnet',
    async run(at, io) {
      const { cluster, clock, signal, state } = at;
      const released = await releaseNetwork(await ucloudOf(cluster, at), {
        cluster: cluster.name,
        keep: keptIds(cluster.settings),
        hosts: [],
        since: state.networkPending?.since ?? clock.now(),
        timeoutMs,
        clock,
        signal,
        line: io.line,
        next: nomadctl`down ${cluster.name} --wait-network`,
      });
      return { detail: released === 0 ? 'no subnet' : `${released} subnet${released === 1 ? '' : 's'} deleted` };
    },
  });
}
