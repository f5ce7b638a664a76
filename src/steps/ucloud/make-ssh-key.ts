import { access } from 'node:fs/promises';
import { ensureSshKey, sshPathsOf } from '../../machines/ssh-key.js';
import { defineStep } from '../../ucloud/ucloud-subject.js';

/** The key pair by which nomadctl, and whoever has the cluster's folder, comes into its hosts. */
export const makeSshKeyStep = defineStep({
  id: 'make-ssh-key',
  title: 'Making an SSH key',
  hideWhenDone: true,
  async isDone({ cluster }) {
    const { privateKey, publicKey } = sshPathsOf(cluster.paths);
    const isThere = await Promise.all([access(privateKey), access(publicKey)]).then(
      () => true,
      () => false,
    );
    return isThere ? { done: true } : { done: false, because: 'there is none yet' };
  },
  async run(at) {
    await ensureSshKey(at.cluster, at);
    return { detail: sshPathsOf(at.cluster.paths).privateKey };
  },
});
