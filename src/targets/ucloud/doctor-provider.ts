import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isReachable } from '../../clients/is-reachable.js';
import type { Context } from '../../context.js';
import { isNetworkMirror, registryOf } from '../../terraform/provider-sources.js';
import { locateTool } from '../../programs/locate-tool.js';
import type { Finding } from '../../programs/doctor/finding.js';
import type { UcloudTargetCluster } from './ucloud-cluster.js';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';

/**
 * Finds where terraform will get its provider for UCloud: a folder of this computer, or the cluster's mirror, which is
 * asked. The public registry is not asked: `terraform init` does so and reports its own failure.
 */
export async function providerFinding(ctx: Context, cluster: UcloudTargetCluster | undefined): Promise<Finding> {
  const finding = { id: 'terraform-ucloud', title: 'Provider ucloud/ucloud', wanted: 'here, or where terraform can fetch it' };
  const { tool } = await locateTool(ctx, 'terraform');
  if (tool === undefined)
    return { ...finding, found: 'no terraform or tofu', ok: false, fix: { command: nomadctl`tools install terraform` } };
  const registry = registryOf(tool.program);
  const here = await localVersion(ctx, registry);
  if (here !== undefined) return { ...finding, found: here, ok: true };
  const mirror = cluster?.settings.pluginMirror ?? '';
  if (!isNetworkMirror(mirror)) return { ...finding, found: await notHere(ctx, tool.program), ok: true };
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
async function notHere(ctx: Context, program: string): Promise<string> {
  const fetches = `${program} init fetches it from ${registryOf(program)}`;
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
