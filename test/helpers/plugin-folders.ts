import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const PLATFORM = `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;

/**
 * The plugin directory, of those that terraform looks into by itself, that holds a provider for this computer; nothing when there
 * is none. https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories
 * @param name `ucloud/ucloud`, or with its registry.
 */
export function pluginFolderWith(name: string): string | undefined {
  const address = name.split('/').length === 2 ? `registry.terraform.io/${name}` : name;
  const type = address.split('/').at(-1) ?? '';
  return pluginFolders().find((folder) =>
    subfolders(join(folder, address)).some((version) =>
      subfolders(join(folder, address, version, PLATFORM)).some((file) => file.startsWith(`terraform-provider-${type}`)),
    ),
  );
}

export function pluginFolders(): string[] {
  const data = process.env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share');
  const shared = (process.env['XDG_DATA_DIRS'] || '/usr/local/share:/usr/share').split(delimiter);
  return [join(homedir(), '.terraform.d', 'plugins'), ...[data, ...shared].map((folder) => join(folder, 'terraform', 'plugins'))];
}

function subfolders(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
