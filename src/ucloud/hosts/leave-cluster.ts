import { createConsulCluster } from '../../clients/consul-cluster.js';
import { isListening } from '../../clients/is-listening.js';
import type { Context } from '../../context.js';
import { isAbort } from '@nomadctl/base/errors';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { reasonOf } from '@nomadctl/base/reason';
import { passedOnEnv } from '../../tools/passed-on-env.js';
import { leavingAgents } from '../../agents/config/leave-signals.js';
import { reachableAt } from '../../cluster/agent-urls.js';
import { answeringServer } from '../../cluster/answering-server.js';
import { learnHostKeys } from '../../machines/host-keys.js';
import { writeSshConfig } from '../../machines/ssh-config.js';
import { sshPathsOf } from '../../machines/ssh-key.js';
import type { UcloudHost } from '../ucloud-state.js';

export interface LeaveRequest {
  readonly host: UcloudHost;
  /** All of the cluster, the one that goes among them. */
  readonly hosts: readonly UcloudHost[];
  readonly paths: ClusterPaths;
  readonly ctx: Pick<Context, 'exec' | 'env' | 'signal'>;
  readonly line: (text: string) => void;
}

/** A leave takes five to ten seconds; what takes longer than this is not a gentle one any more. */
const LEAVE_MS = 45_000;
const STOP_SECONDS = 20;

/**
 * Has a host's agents say goodbye and end, over ssh. Whoever left gives up its name: its successor is let in at once, while
 * the name of one that just went silent stays taken for half a minute in Consul and a minute and a half in Nomad. A host
 * that does not answer, or whose key nobody knows, is passed over: the others have to notice.
 * @returns whether it left.
 */
export async function leaveCluster(request: LeaveRequest): Promise<boolean> {
  const { host, ctx, line } = request;
  if (!(await isReachable(request))) return false;
  line(`${host.name} leaves the cluster`);
  try {
    const config = await knownHostsConfig(request);
    if (config === undefined) return false;
    const argv = ['-F', config, '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=5', host.name, '--', 'bash', '-s'];
    const options = { stdin: scriptFor(host), env: passedOnEnv(ctx.env), timeoutMs: LEAVE_MS, signal: ctx.signal };
    await ctx.exec.run('ssh', argv, options);
    return true;
  } catch (error) {
    if (isAbort(error)) throw error;
    line(`${host.name} could not be asked to leave: ${reasonOf(error)}`);
    return false;
  }
}

/** One without a public address is behind a server: there, only a try tells. */
async function isReachable({ host, ctx }: LeaveRequest): Promise<boolean> {
  return host.publicIp === undefined || isListening(`http://${reachableAt(host)}:22`, ctx.signal);
}

async function knownHostsConfig({ host, hosts, paths, ctx }: LeaveRequest): Promise<string | undefined> {
  const ssh = sshPathsOf(paths);
  const { signal } = ctx;
  const catalog = async () => createConsulCluster({ url: await answeringServer('consul-server', { hosts, signal, avoiding: [] }) });
  const unknown = await learnHostKeys(ssh, hosts, async () => (await catalog()).catalogNodes(signal));
  return unknown.includes(host.name) ? undefined : writeSshConfig(hosts, ssh);
}

/**
 * Agents leave at a signal that is not the one by which systemd ends them when a host is switched off or started again. So
 * that one is exchanged, until the next boot; stopped by systemd, they are not started again.
 */
function scriptFor({ role }: UcloudHost): string {
  const leaving = leavingAgents(role);
  const exchange = leaving.map(
    ({ program: unit, signal }) =>
      `mkdir -p /run/systemd/system/${unit}.service.d\n` +
      `printf '[Service]\\nKillSignal=${signal}\\nTimeoutStopSec=${STOP_SECONDS}\\n' > /run/systemd/system/${unit}.service.d/leave.conf`,
  );
  return ['set -eu', ...exchange, 'systemctl daemon-reload', ...leaving.map(({ program }) => `systemctl stop ${program}`), ''].join('\n');
}
