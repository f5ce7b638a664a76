import { hostsToSetUp } from '../../machines/hosts-setup.js';
import { setUpNewHosts } from '../../ucloud/security/set-up-new-hosts.js';
import { defineStep } from '../../ucloud/ucloud-subject.js';

/**
 * Keys, certificates, tokens and configurations of a secured cluster's hosts, by one SSH connection to each; their agents start.
 * @param apart names of those that are about to be replaced.
 */
export const setUpHostsStep = (apart: readonly string[]) =>
  defineStep({
    id: 'set-up-hosts',
    title: 'Setting up hosts over SSH',
    requires: ['hosts'],
    async isDone(at) {
      const { cluster, state } = at;
      const missing = await hostsToSetUp({ cluster, hosts: state.hosts, apart, ctx: at });
      return missing.length === 0
        ? { done: true, detail: amount(state.hosts.length) }
        : { done: false, because: missing.map(({ host, because }) => `${host.name} ${because}`).join(', ') };
    },
    async run(at, io) {
      return { detail: amount((await setUpNewHosts({ hosts: at.state.hosts, apart }, at, io)).length) };
    },
  });

function amount(hosts: number): string {
  return hosts === 1 ? '1 host' : `${hosts} hosts`;
}
