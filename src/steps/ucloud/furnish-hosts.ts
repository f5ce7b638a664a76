import { ucloudOf } from '../../ucloud/account/open-cloud.js';
import { furnishHosts, hostsToFurnish, haveVolumes, type HostToFurnish } from '../../ucloud/classes/furnish-hosts.js';
import { volumeDisks } from '../../ucloud/classes/volumes.js';
import { defineStep, type UcloudContext } from '../../ucloud/ucloud-subject.js';

/**
 * Disks and labels of classes of clients, before agents of new hosts start: Nomad refuses a host volume that is not there.
 * @param apart names of hosts that are about to be replaced.
 */
export const furnishHostsStep = (apart: readonly string[]) =>
  defineStep({
    id: 'furnish-hosts',
    title: 'Giving clients what their class says',
    hideWhenDone: true,
    requires: ['hosts'],
    provides: ['furnished'],
    async isDone(at) {
      const due = await dueAt(at, apart);
      return due.length === 0
        ? { done: true }
        : { done: false, because: due.map(({ host, because }) => `${host.name} ${because}`).join(', ') };
    },
    async run(at, io) {
      const { cluster, state } = at;
      const api = await ucloudOf(cluster, at);
      const furnished = await furnishHosts(
        { cluster, hosts: state.hosts, furnished: state.furnished ?? {}, apart },
        { api, ctx: at, line: io.line },
      );
      const count = Object.keys(furnished).length;
      return { state: { furnished }, detail: count === 1 ? '1 client' : `${count} clients` };
    },
  });

async function dueAt(at: UcloudContext<'hosts'>, apart: readonly string[]): Promise<HostToFurnish[]> {
  const { cluster, state, signal } = at;
  const disks = haveVolumes(cluster) ? await volumeDisks(await ucloudOf(cluster, at), cluster.name, signal) : [];
  return hostsToFurnish({ cluster, hosts: state.hosts, furnished: state.furnished ?? {} }, { disks, apart });
}
