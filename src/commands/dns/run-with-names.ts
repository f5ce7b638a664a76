import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { Context } from '../../context.js';
import { keepHosts } from '../../names/one-program/keep-hosts.js';
import { inOwnNamespace, requireOwnNamespace } from '../../names/one-program/own-namespace.js';
import type { OpenCluster } from '../../targets/open-cluster.js';
import type { NodeProgram } from '../../targets/target.js';

/**
 * A program for which the cluster's names resolve; its exit code.
 * @throws UsageError `names-elsewhere` for a cluster of hosts, PrerequisiteError `no-own-names`, ApiError when Consul does not answer
 */
export async function runWithNames(
  { file, argv, cwd, env }: NodeProgram,
  { open, ctx }: { readonly open: OpenCluster; readonly ctx: Context },
): Promise<number> {
  const { names, consul } = await open.connection();
  if (names === undefined)
    throw new UsageError(`names of cluster ${open.name} are not for programs of this computer`, {
      code: 'names-elsewhere',
      why: 'its hosts resolve .consul themselves, and what they answer are addresses of its private network',
      next: nomadctl`exec <node> <program>`,
    });
  const uid = process.getuid?.();
  const hosts = await keepHosts(consul, ctx);
  try {
    await requireOwnNamespace(hosts.file, uid, ctx);
    const started = inOwnNamespace({ file, argv }, hosts.file, uid);
    return await ctx.exec.attach(started.file, started.argv, { cwd, env });
  } finally {
    await hosts.end();
  }
}
