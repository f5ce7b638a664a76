import type { Context } from '../../context.js';
import { isAbort } from '@nomadctl/base/errors';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { reasonOf } from '@nomadctl/base/reason';
import { passedOnEnv } from '../../tools/passed-on-env.js';
import { leavingAgents } from '../../agents/config/leave-signals.js';
import { consulOf } from '../../cluster/answering-server.js';
import { takesSsh } from '../../cluster/silent-hosts.js';
import { learnHostKeys } from '../../machines/host-keys.js';
import { writeSshConfig } from '../../machines/ssh-config.js';
import { sshPathsOf } from '../../machines/ssh-key.js';
import { reachCluster, type ReachRequest } from '../security/reach-cluster.js';
import type { UcloudHost } from '../ucloud-state.js';

export interface LeaveRequest {
  readonly host: UcloudHost;
  /** All hosts of the cluster, with the leaving one. */
  readonly hosts: readonly UcloudHost[];
  readonly cluster: ReachRequest['cluster'] & { readonly paths: ClusterPaths };
  readonly ctx: Pick<Context, 'exec' | 'env' | 'redact' | 'signal'>;
  readonly line: (text: string) => void;
}

/** A leave takes five to ten seconds; one that takes longer than this has failed. */
const LEAVE_MS = 45_000;
const STOP_SECONDS = 20;

/**
 * Makes a host's agents leave the cluster and stop, over ssh. A leave frees the name, so the successor may join at once.
 * Without a leave the name stays taken until the others have let go of it: half a minute in Consul, minutes in Nomad. Skips a
 * host that does not answer or whose key is unknown; the other members notice its end by themselves.
 * @returns whether it left.
 */
export async function leaveCluster(request: LeaveRequest): Promise<boolean> {
  const { host, ctx, line } = request;
  if (!(await takesSsh(host, ctx.signal))) return false;
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

async function knownHostsConfig({ host, hosts, cluster, ctx }: LeaveRequest): Promise<string | undefined> {
  const ssh = sshPathsOf(cluster.paths, cluster.settings);
  const { signal } = ctx;
  const unknown = await learnHostKeys(ssh, hosts, async () =>
    (await consulOf(await reachCluster(hosts, { ...ctx, cluster }), { signal })).catalogNodes(signal),
  );
  return unknown.includes(host.name) ? undefined : writeSshConfig(hosts, ssh);
}

/**
 * Makes systemd stop the agents with the signal at which they leave. The units' own KillSignal stops them without a leave,
 * since a host that reboots stays a member. The drop-in lies in /run and is gone after the next boot. systemd does not
 * restart a unit that it has stopped.
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
