import { readFile } from 'node:fs/promises';
import { consulOf } from '../../cluster/answering-server.js';
import { learnHostKeys } from '../../machines/host-keys.js';
import { sshConfigFile, sshConfigOf, writeSshConfig } from '../../machines/ssh-config.js';
import { sshPathsOf } from '../../machines/ssh-key.js';
import { reachCluster } from '../../ucloud/security/reach-cluster.js';
import { defineStep, type UcloudContext } from '../../ucloud/ucloud-subject.js';

/** Of a host whose key is not known nobody could tell that it is not another one: ssh says so, and `nomadctl ssh` waits for it. */
export const writeSshFilesStep = defineStep({
  id: 'write-ssh-files',
  title: 'Learning the SSH keys of hosts',
  hideWhenDone: true,
  requires: ['hosts'],
  async isDone(at) {
    const paths = sshPathsOf(at.cluster.paths, at.cluster.settings);
    const written = await readFile(sshConfigFile(paths), 'utf8').catch(() => undefined);
    if (written !== (await sshConfigOf(at.state.hosts, paths))) return { done: false, because: 'addresses changed' };
    const unknown = await learn(at);
    return unknown.length === 0 ? { done: true } : { done: false, because: `${unknown.join(', ')} are new` };
  },
  async run(at) {
    const file = await writeSshConfig(at.state.hosts, sshPathsOf(at.cluster.paths, at.cluster.settings));
    const unknown = await learn(at);
    return { detail: unknown.length === 0 ? `ssh -F ${file} <node>` : `${unknown.join(', ')} did not tell a key yet` };
  },
});

function learn(at: UcloudContext<'hosts'>): Promise<readonly string[]> {
  const { state, cluster, signal } = at;
  return learnHostKeys(sshPathsOf(cluster.paths), state.hosts, async () =>
    (await consulOf(await reachCluster(state.hosts, at), { signal })).catalogNodes(signal),
  );
}
