import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { agentFiles } from '../../agents/node-record.js';
import { reachNodes } from '../../agents/reach-nodes.js';
import { defineStep, type LocalContext } from '../../agents/local-subject.js';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { createConsulApi } from '../../clients/consul-api.js';
import { createNomadApi } from '../../clients/nomad-api.js';
import { answeringServer } from '../../cluster/answering-server.js';
import type { AgentProgram } from '../../cluster/node-roles.js';
import { recoverAcl, type WriteReset } from '../../security/acl/recover-acl.js';
import { requireAuthority } from '../../security/authority/authority-file.js';
import { readClusterSecrets, renewManagementToken } from '../../security/cluster-secrets.js';

const TITLES = { consul: 'Consul', nomad: 'Nomad' } as const;
/** In the data folder of a server. */
const RESET_FILE = { consul: 'acl-bootstrap-reset', nomad: join('server', 'acl-bootstrap-reset') } as const;
/** As long as servers may take to elect (wait-for-leaders.ts). */
const TIMEOUT_MS = 5 * 60_000;

/** Gives the cluster another management token of one program, when that does not know the one that is kept. */
export function recoverToken(program: AgentProgram) {
  return defineStep({
    id: `recover-${program}-token`,
    title: `Recovering the management token of ${TITLES[program]}`,
    requires: ['nodes'],
    async isDone(at) {
      const isKnown = await knowsOurs(at, program);
      return isKnown ? { done: true, detail: 'it is known' } : { done: false, because: `${TITLES[program]} does not know it` };
    },
    async run(at) {
      const { cluster, clock, signal, redact, state } = at;
      await requireOwnSecrets(at);
      // Another one: whoever had the token deleted may have had a reason.
      const secret = await renewManagementToken({ paths: cluster.paths, redact }, program);
      const reached = await reachNodes(state.nodes, at);
      const writeReset: WriteReset = async (node, index) => {
        const path = join(agentFiles(cluster.paths.agents, node, program).data, RESET_FILE[program]);
        if (index === undefined) await rm(path, { force: true });
        else await writeFileAtomic(path, index);
      };
      const leader = await recoverAcl({ cluster: reached, program, secret, writeReset }, { clock, signal, timeoutMs: TIMEOUT_MS });
      return { detail: `made on ${leader}` };
    },
  });
}

/** Secrets of another cluster would keep that one's keys, and this one's token. */
async function requireOwnSecrets({ cluster: { paths }, redact }: LocalContext<'nodes'>): Promise<void> {
  const secrets = await readClusterSecrets({ paths, redact }, []);
  if (secrets) await requireAuthority(secrets.authorityKey, paths);
}

async function knowsOurs(at: LocalContext<'nodes'>, program: AgentProgram): Promise<boolean> {
  const { signal } = at;
  const reached = await reachNodes(at.state.nodes, at);
  const endpoint = reached.endpoint(await answeringServer(reached, program, { signal }), program);
  const { acl } = program === 'consul' ? createConsulApi(endpoint) : createNomadApi(endpoint);
  return (await acl.ownToken(signal)) !== undefined;
}
