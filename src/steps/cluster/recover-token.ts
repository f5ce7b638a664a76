import { createConsulApi } from '../../clients/consul/consul-api.js';
import { createNomadApi } from '../../clients/nomad-api.js';
import { answeringServer } from '../../cluster/answering-server.js';
import type { AgentProgram } from '../../cluster/node-roles.js';
import type { ReachedCluster } from '../../cluster/reach.js';
import type { Step, StepContext } from '../../engine/step.js';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { recoverAcl, type WriteReset } from '../../security/acl/recover-acl.js';
import { requireAuthority } from '../../security/authority/authority-file.js';
import { readClusterSecrets, renewManagementToken } from '../../security/cluster-secrets.js';

const TITLES = { consul: 'Consul', nomad: 'Nomad' } as const;
/** In the data folder of a server. */
const RESET_FILE = { consul: 'acl-bootstrap-reset', nomad: 'server/acl-bootstrap-reset' } as const;
/** As long as servers may take to elect (wait-for-leaders.ts). */
const TIMEOUT_MS = 5 * 60_000;

interface Secured {
  readonly cluster: { readonly paths: ClusterPaths };
}

/** A file in the data folder of a server's agent. */
export interface ResetFile {
  readonly node: string;
  readonly program: AgentProgram;
  /** Below the data folder. */
  readonly path: string;
  /** What is to be in it; absent: it has to go. */
  readonly index: string | undefined;
}

export interface RecoveryPlace<Subject, State, Key extends keyof State> {
  /** The key of the state by which `reached` reaches the cluster's nodes. */
  readonly needs: Key;
  /** With the management tokens that are kept now. */
  readonly reached: (at: StepContext<Subject, State, Key>) => Promise<ReachedCluster>;
  /** Writes, as somebody whose files the agent reads. */
  readonly write: (at: StepContext<Subject, State, Key>, file: ResetFile) => Promise<void>;
}

/** Gives the cluster another management token of one program, when that does not know the one that is kept. */
export function recoverTokenStep<Subject extends Secured, State, Key extends keyof State>(
  program: AgentProgram,
  { needs, reached, write }: RecoveryPlace<Subject, State, Key>,
): Step<Subject, State, Key> {
  return {
    id: `recover-${program}-token`,
    title: `Recovering the management token of ${TITLES[program]}`,
    requires: [needs],
    async isDone(at) {
      const isKnown = await knowsOurs(await reached(at), program, at.signal);
      return isKnown ? { done: true, detail: 'it is known' } : { done: false, because: `${TITLES[program]} does not know it` };
    },
    async run(at) {
      const { cluster, clock, signal, redact } = at;
      const where = { paths: cluster.paths, redact };
      // Secrets of another cluster would keep that one's keys, and this one's token.
      const secrets = await readClusterSecrets(where, []);
      if (secrets) await requireAuthority(secrets.authorityKey, cluster.paths);
      // Another one: whoever had the token deleted may have had a reason.
      const secret = await renewManagementToken(where, program);
      const writeReset: WriteReset = (node, index) => write(at, { node, program, path: RESET_FILE[program], index });
      const recovery = { cluster: await reached(at), program, secret, writeReset };
      return { detail: `made on ${await recoverAcl(recovery, { clock, signal, timeoutMs: TIMEOUT_MS })}` };
    },
  };
}

async function knowsOurs(cluster: ReachedCluster, program: AgentProgram, signal: AbortSignal): Promise<boolean> {
  const endpoint = cluster.endpoint(await answeringServer(cluster, program, { signal }), program);
  const { acl } = program === 'consul' ? createConsulApi(endpoint) : createNomadApi(endpoint);
  return (await acl.ownToken(signal)) !== undefined;
}
