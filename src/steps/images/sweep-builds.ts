import { join } from 'node:path';
import { defineStep } from '../../ucloud/images/images-state.js';
import { endLeftoverProcesses, leftoverProcesses } from '../../ucloud/images/leftover-processes.js';
import { countLeftovers, findLeftovers, removeLeftovers } from '../../ucloud/images/sweep-builds.js';
import { ucloudOf } from '../../ucloud/account/open-cloud.js';

/** A request that a killed packer had just sent takes a moment to show. */
const SETTLE_MS = 500;

/** Removes what killed builds left: temporary hosts, firewalls, half-made images. */
export const sweepBuildsStep = defineStep({
  id: 'sweep-builds',
  title: 'Removing what unfinished builds left',
  hideWhenDone: true,
  async isDone(at) {
    const running = await leftoverProcesses(join(at.cluster.paths.dir, '/'));
    const leftovers = await findLeftovers(await ucloudOf(at.cluster, at), at.cluster.name);
    const count = running.length + countLeftovers(leftovers);
    return count === 0 ? { done: true } : { done: false, because: `${count} left of an unfinished build` };
  },
  async run(at, io) {
    // We hold the cluster's lock: no packer of this cluster is anybody's any more.
    if ((await endLeftoverProcesses(join(at.cluster.paths.dir, '/'))) > 0) await at.clock.sleep(SETTLE_MS, at.signal);
    const api = await ucloudOf(at.cluster, at);
    const leftovers = await findLeftovers(api, at.cluster.name);
    await removeLeftovers(api, leftovers, { clock: at.clock, signal: at.signal, report: (text) => io.line(text) });
    const { hosts, firewalls, images } = leftovers;
    return {
      detail: [...hosts.map(({ UHostId }) => UHostId), ...firewalls.map(({ FWId }) => FWId), ...images.map(({ ImageId }) => ImageId)].join(
        ', ',
      ),
    };
  },
});
