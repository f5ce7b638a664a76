import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isReachable } from '../../clients/probe/is-reachable.js';
import type { Context } from '../../context.js';
import { isNetworkMirror, registryOf } from '../../terraform/provider-sources.js';
import { inspectTool } from '../../programs/locate-tool.js';
import type { Finding } from '../../programs/doctor/finding.js';
import type { UcloudTargetCluster } from './ucloud-cluster.js';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';

/**
 * Finds where terraform will get its provider for UCloud: a folder of this computer, the cluster's mirror, or the public
 * registry. The latter two are asked whether they have it.
 * @param addressOf the registry's address, for tests
 */
export async function providerFinding(
  ctx: Context,
  cluster: UcloudTargetCluster | undefined,
  addressOf = (registry: string) => `https://${registry}`,
): Promise<Finding> {
  const finding = { id: 'terraform-ucloud', title: 'Provider ucloud/ucloud', wanted: 'here, or where terraform can fetch it' };
  const { tool, mend } = await inspectTool(ctx, 'terraform');
  if (tool === undefined)
    return { ...finding, found: 'no terraform or tofu', ok: false, fix: { command: mend ?? nomadctl`tools install terraform` } };
  const registry = registryOf(tool.program);
  const here = await localVersion(ctx, registry);
  if (here !== undefined) return { ...finding, found: here, ok: true };
  const mirror = cluster?.settings.pluginMirror ?? '';
  if (!isNetworkMirror(mirror)) {
    // https://developer.hashicorp.com/terraform/internals/provider-registry-protocol#list-available-versions
    const ok = await isReachable(`${addressOf(registry)}/v1/providers/${PROVIDER}/versions`, ctx.signal);
    const fix = ok ? {} : { fix: { command: hint`let this computer reach ${registry}, or: ${nomadctl`mirror build`}` } };
    return { ...finding, found: await notHere(ctx, tool.program, ok), ok, ...fix };
  }
  const index = `${mirror.replace(/\/+$/, '')}/${registry}/${PROVIDER}/index.json`;
  const ok = await isReachable(index, ctx.signal);
  const fix = ok ? {} : { fix: { command: hint`${nomadctl`mirror build`}, or ${nomadctl`config set pluginMirror <url>`}` } };
  return { ...finding, found: ok ? `at ${mirror}` : `${index} does not answer`, ok, ...fix };
}

const PROVIDER = 'ucloud/ucloud';

/** Its newest version in a folder of this computer, and that folder. */
async function localVersion(ctx: Context, registry: string): Promise<string | undefined> {
  for (const folder of foldersOf(ctx)) {
    const versions = await readdir(join(folder, registry, PROVIDER)).catch(() => []);
    if (versions.length > 0) return `${versions.sort().at(-1)}, ${folder}`;
  }
  return undefined;
}

/** What lies under the other program's registry is nothing that this one looks at. */
async function notHere(ctx: Context, program: string, ok: boolean): Promise<string> {
  const fetches = ok ? `${program} init fetches it from ${registryOf(program)}` : `${registryOf(program)} does not answer`;
  const other = program === 'tofu' ? await localVersion(ctx, registryOf('terraform')) : undefined;
  return other === undefined ? `not here: ${fetches}` : `for terraform alone (${other}): ${fetches}, or copy it there`;
}

/** https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories */
function foldersOf({ env, paths }: Context): string[] {
  const home = env['HOME'];
  return [
    ...(env['TF_PLUGIN_CACHE_DIR'] ? [env['TF_PLUGIN_CACHE_DIR']] : []),
    ...(home ? [join(home, '.terraform.d', 'plugins')] : []),
    join(env['XDG_DATA_HOME'] || (home ? join(home, '.local', 'share') : '/nonexistent'), 'terraform', 'plugins'),
    '/usr/local/share/terraform/plugins',
    '/usr/share/terraform/plugins',
    join(paths.home, 'terraform', 'plugins'),
  ];
}
