import { hostsToSetUp } from '../../machines/set-up-hosts.js';
import { setUpNewHosts } from '../../ucloud/set-up-new-hosts.js';
import { defineStep } from '../../ucloud/ucloud-subject.js';

/** Keys, certificates, tokens and configurations of a secured cluster's hosts, by one SSH connection to each; their agents start. */
export const setUpHostsStep = defineStep({
  id: 'set-up-hosts',
  title: 'Setting up hosts over SSH',
  requires: ['hosts'],
  async isDone(at) {
    const { cluster, state } = at;
    const missing = await hostsToSetUp({ cluster, hosts: state.hosts, ctx: at });
    return missing.length === 0
      ? { done: true, detail: amount(state.hosts.length) }
      : { done: false, because: missing.map(({ host, because }) => `${host.name} ${because}`).join(', ') };
  },
  async run(at, io) {
    return { detail: amount((await setUpNewHosts(at.state.hosts, at, io)).length) };
  },
});

function amount(hosts: number): string {
  return hosts === 1 ? '1 host' : `${hosts} hosts`;
}
