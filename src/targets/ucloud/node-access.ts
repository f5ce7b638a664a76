import { withinTime } from '@nomadctl/base/signals/any-signal';
import type { Context } from '../../context.js';
import { isAbort, OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { reasonOf } from '@nomadctl/base/reason';
import { shellWord } from '@nomadctl/base/shell-word';
import { passedOnEnv } from '../../tools/passed-on-env.js';
import { createConsulApi } from '../../clients/consul/consul-api.js';
import { serversOf } from '../../cluster/cluster-node.js';
import { awaitHostKey } from '../../machines/await-host-key.js';
import { learnHostKeys } from '../../machines/host-keys.js';
import { openHostShell, type HostShell } from '../../machines/host-shell.js';
import { writeSshConfig } from '../../machines/ssh-config.js';
import { sshPathsOf } from '../../machines/ssh-key.js';
import { reachCluster } from '../../ucloud/security/reach-cluster.js';
import type { UcloudHost, UcloudState } from '../../ucloud/ucloud-state.js';
import type { ProgramResult } from '../../cluster/connection.js';
import type { LogSource, NodeProgram } from '../target.js';
import { nodeNamed } from '../../cluster/node-named.js';
import { livingFirst } from './living-first.js';
import type { UcloudTargetCluster } from './ucloud-cluster.js';

const ANSWER_MS = 5000;
const ANY_EXIT_CODE = Array.from({ length: 256 }, (_, code) => code);

/** Steps speak to nobody. */
type Outside = Omit<Context, 'ui'> & Partial<Pick<Context, 'ui'>>;

/** A shell on a host, or a program there, over ssh with the cluster's own key. */
export async function ucloudProgram(
  cluster: UcloudTargetCluster,
  state: Partial<UcloudState>,
  { node, argv, ctx }: { node: string; argv: readonly string[]; ctx: Context },
): Promise<NodeProgram> {
  const host = nodeNamed(node, state.hosts);
  const config = await prepareSsh(cluster, state, { host, ctx });
  // A program of a person gets a terminal, as it would have here.
  const terminal = ctx.ui.mode === 'terminal' && argv.length > 0 ? ['-t'] : [];
  // For the shell at the other end: ssh joins its words with spaces.
  return sshTo(config, [...terminal, host.name, ...(argv.length === 0 ? [] : ['--', argv.map(shellWord).join(' ')])], ctx);
}

/** Runs a program on a host, without a terminal and without input; whatever it exits with is an answer. */
export async function runOnHost(
  cluster: UcloudTargetCluster,
  state: Partial<UcloudState>,
  { node, argv, timeoutMs, ctx }: { node: string; argv: readonly string[]; timeoutMs: number; ctx: Outside },
): Promise<ProgramResult> {
  const host = nodeNamed(node, state.hosts);
  const config = await prepareSsh(cluster, state, { host, ctx });
  const ssh = sshTo(config, ['-T', host.name, '--', argv.map(shellWord).join(' ')], ctx);
  return ctx.exec.run(ssh.file, ssh.argv, { cwd: ssh.cwd, env: ssh.env, signal: ctx.signal, timeoutMs, accept: ANY_EXIT_CODE });
}

/** A shell on a host, by the system's ssh, its address in the private network, and where more reach it. */
export async function ucloudShell(
  cluster: UcloudTargetCluster,
  state: Partial<UcloudState>,
  { node, ctx, timeoutMs }: { node: string; ctx: Context; timeoutMs: number },
): Promise<{ readonly shell: HostShell; readonly address: string; readonly reachedAt: readonly string[] }> {
  const host = nodeNamed(node, state.hosts);
  const config = await prepareSsh(cluster, state, { host, ctx });
  const shell = await openHostShell({ name: host.name, config, ctx, timeoutMs });
  return { shell, address: host.privateIp, reachedAt: host.publicIp === undefined ? [] : [host.publicIp] };
}

/** What systemd's journal has of a host's agents. */
export async function ucloudLogFiles(
  cluster: UcloudTargetCluster,
  state: Partial<UcloudState>,
  { node, ctx }: { node: string; ctx: Context },
): Promise<LogSource[]> {
  const host = nodeNamed(node, state.hosts);
  const config = await prepareSsh(cluster, state, { host, ctx });
  return (host.role === 'consul-server' ? ['consul'] : ['consul', 'nomad']).map((agent) => ({
    agent,
    program: ({ lines, follow }) => {
      const words = ['journalctl', '-u', agent, '-n', String(lines), '-o', 'cat', '--no-pager', ...(follow ? ['-f'] : [])];
      return sshTo(config, [host.name, '--', words.join(' ')], ctx);
    },
  }));
}

/** Path of the configuration that ssh is to use, with the host's key known. */
async function prepareSsh(
  cluster: UcloudTargetCluster,
  state: Partial<UcloudState>,
  { host, ctx }: { host: UcloudHost; ctx: Outside },
): Promise<string> {
  const paths = sshPathsOf(cluster.paths, cluster.settings);
  // Those without a public address are reached through the first server, too.
  const { hosts = [] } = await livingFirst(cluster, state, ctx);
  const reached = await reachCluster(hosts, { ...ctx, cluster });
  const [server] = serversOf(reached.nodes, 'consul');
  if (!server) throw keyUnknown(host.name, "the cluster has no Consul server, which would tell the hosts' keys");
  const consul = createConsulApi(reached.endpoint(server, 'consul'));
  const readCatalog = () => consul.catalogNodes(withinTime(ctx.signal, ANSWER_MS));
  const learn = () => learnHostKeys(paths, hosts, readCatalog);
  const { clock, signal, ui } = ctx;
  const isKnown = await awaitHostKey({ host, learn, consul, clock, signal, note: (text) => ui?.note(text) }).catch((error: unknown) => {
    if (signal.aborted && isAbort(error)) throw error;
    throw keyUnknown(host.name, `Consul, which tells the hosts' keys, does not answer: ${reasonOf(error)}`);
  });
  if (!isKnown) throw keyUnknown(host.name, 'it has not told Consul its key, from where it is known');
  return writeSshConfig(hosts, paths);
}

function keyUnknown(name: string, why: string): OutcomeError {
  return new OutcomeError(`the SSH key of ${name} is not known, so nobody can tell it from another host`, {
    code: 'host-key-unknown',
    why,
    next: nomadctl`status`,
  });
}

function sshTo(config: string, argv: readonly string[], { env }: Pick<Context, 'env'>): NodeProgram {
  return { file: 'ssh', argv: ['-F', config, ...argv], cwd: '/', env: passedOnEnv(env) };
}
