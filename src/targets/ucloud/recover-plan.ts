import { HOST_FOLDERS } from '../../agents/config/host-files.js';
import type { Plan } from '../../engine/step.js';
import { hostShells } from '../../machines/rotation/host-shells.js';
import { shellWord } from '@nomadctl/base/shell-word';
import { recoverTokenStep, type RecoveryPlace } from '../../steps/cluster/recover-token.js';
import { reachCluster } from '../../ucloud/security/reach-cluster.js';
import type { UcloudState } from '../../ucloud/ucloud-state.js';
import type { UcloudSubject } from '../../ucloud/ucloud-subject.js';

const SCRIPT_MS = 30_000;

/** The data of servers is on their hosts, of the user of the agent there. */
const recovery: RecoveryPlace<UcloudSubject, UcloudState, 'hosts'> = {
  needs: 'hosts',
  reached: (at) => reachCluster(at.state.hosts, at),
  async write(at, { node, program, path, index }) {
    const shells = hostShells({ cluster: at.cluster, hosts: at.state.hosts, ctx: at }, SCRIPT_MS);
    const file = `${HOST_FOLDERS[program]}/${path}`;
    await shells
      .on<unknown>(node, (shell) =>
        index === undefined
          ? shell.run('removing the reset file', `rm -f ${shellWord(file)}`)
          : shell.put({ path: file, mode: '0600', owner: `${program}:${program}`, content: index }),
      )
      .finally(() => shells.close());
  },
};

/** One of the two may be known, and is left alone then. */
export const recoverPlan: Plan<UcloudSubject, UcloudState> = {
  id: 'access recover',
  always: true,
  steps: [recoverTokenStep('consul', recovery), recoverTokenStep('nomad', recovery)],
};
