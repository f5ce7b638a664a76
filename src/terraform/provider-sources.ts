import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { makeFolder } from '@nomadctl/base/make-folder';
import type { TerraformScope } from './terraform-scope.js';

/** Where a program looks for providers whose names say no registry. https://opentofu.org/docs/language/providers/requirements/ */
export const registryOf = (program: string): string => (program === 'tofu' ? 'registry.opentofu.org' : 'registry.terraform.io');

/** Terraform takes providers from no mirror that speaks plain http; image builds do. */
export const isNetworkMirror = (pluginMirror: string): boolean => pluginMirror.startsWith('https://');

/** The user's own settings go first; without any, providers are fetched once for all roots and clusters of this home. */
export async function providerSources({ ctx }: Pick<TerraformScope, 'ctx'>, pluginMirror: string): Promise<Record<string, string>> {
  const { env, paths } = ctx;
  const sources: Record<string, string> = {};
  if (isNetworkMirror(pluginMirror) && !env['TF_CLI_CONFIG_FILE']) {
    const file = join(paths.home, 'terraform', `mirror-${createHash('sha256').update(pluginMirror).digest('hex').slice(0, 12)}.tfrc`);
    await writeFileAtomic(file, mirrorConfig(pluginMirror));
    sources['TF_CLI_CONFIG_FILE'] = file;
  }
  if (!env['TF_PLUGIN_CACHE_DIR'] && !env['TF_CLI_CONFIG_FILE'] && !existsSync(join(env['HOME'] ?? '', '.terraformrc'))) {
    const cache = join(paths.home, 'terraform', 'plugins');
    await makeFolder(cache);
    sources['TF_PLUGIN_CACHE_DIR'] = cache;
  }
  return sources;
}

/** https://developer.hashicorp.com/terraform/cli/config/config-file#explicit-installation-method-configuration */
function mirrorConfig(mirror: string): string {
  const url = mirror.endsWith('/') ? mirror : `${mirror}/`;
  return `provider_installation {\n  network_mirror {\n    url = ${JSON.stringify(url)}\n  }\n}\n`;
}
