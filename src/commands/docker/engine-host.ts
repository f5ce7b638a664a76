import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { Context } from '../../context.js';
import type { EngineHost } from '../../docker/engine-host.js';
import { openCluster } from '../../targets/open-cluster.js';
import { wordOf, type ArgumentSpec, type CommandInput } from '../command.js';

export const nodeArgument: ArgumentSpec = {
  name: 'node',
  summary: "a host of the cluster, over SSH; default: this computer's own engine",
  completes: 'node',
};

/** Of one script: an engine with many containers takes its time to come up. */
const SCRIPT_MS = 5 * 60_000;

/**
 * Does something with the host that is meant: this computer, or a node.
 * @throws UsageError `target-wrong` for a node of this computer, and what opening the cluster and the connection throws
 */
export async function withEngineHost<T>(input: CommandInput, ctx: Context, work: (host: EngineHost) => Promise<T>): Promise<T> {
  const host = await hostOf(wordOf(input, 'node'), ctx);
  return work(host).finally(() => host.shell.close());
}

async function hostOf(node: string | undefined, ctx: Context): Promise<EngineHost> {
  if (node === undefined) {
    const { openLocalShell } = await import('../../docker/local-shell.js');
    return { name: THIS_COMPUTER, shell: await openLocalShell({ ctx, timeoutMs: SCRIPT_MS }), isHere: true };
  }
  const { cluster, target, state, name } = await openCluster(ctx);
  if (target.shellOn === undefined)
    throw new UsageError(`nodes of cluster ${name} have no docker of their own`, {
      code: 'target-wrong',
      why: `it lives on ${target.title.replace(/^This/, 'this')}, whose one engine they share`,
      next: nomadctl`docker tls check`,
    });
  const { shell, reachedAt } = await target.shellOn(cluster, state, { node, ctx, timeoutMs: SCRIPT_MS });
  return { name: node, shell, isHere: false, reachedAt, engine: { cluster: name, node } };
}

export const THIS_COMPUTER = 'this computer';
