import { requireTool } from './require-tool.js';
import { pluginFolders, pluginFolderWith } from './plugin-folders.js';

/** Its plugin directory, demanded when `NOMADCTL_REQUIRE` names `terraform-provider-ucloud`. */
export function requireProvider(name: string): string | undefined {
  const folder = pluginFolderWith(name);
  const word = `terraform-provider-${name.split('/').at(-1)}`;
  if (folder === undefined && (process.env['NOMADCTL_REQUIRE'] ?? '').split(',').some((asked) => asked.trim() === word))
    throw new Error(`NOMADCTL_REQUIRE names ${word}, which is in no plugin directory of terraform's (${pluginFolders().join(', ')})`);
  return folder;
}

export interface TerraformPrograms {
  readonly terraform: string;
  readonly plugins: string;
}

/** terraform with UCloud's provider, or nothing: the test is then skipped by name. */
export function findUcloudTerraform(): TerraformPrograms | undefined {
  const [terraform, plugins] = [requireTool('terraform'), requireProvider('ucloud/ucloud')];
  return terraform === undefined || plugins === undefined ? undefined : { terraform, plugins };
}
