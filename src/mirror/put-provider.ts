import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import rsort from 'semver/functions/rsort.js';
import valid from 'semver/functions/valid.js';
import { PrerequisiteError, ToolError } from '@nomadctl/base/errors';
import { hint, shell } from '@nomadctl/base/hint/hint';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { makeFolder } from '@nomadctl/base/make-folder';
import { zipProgram } from '@nomadctl/base/zip-program';
import type { Report, ToolContext } from '../tools/tool-context.js';
import { sha256Of } from '@nomadctl/base/files/sha256-of';
import { PLUGINS, PUBLIC } from './mirror-layout.js';
import { isForHosts } from './put-release.js';

export interface MirrorProvider {
  /** `ucloud/ucloud` */
  readonly name: string;
  /** Without one: the newest there is. */
  readonly version: string | undefined;
  readonly root: string;
  readonly report: Report;
}

const REGISTRY = 'registry.terraform.io';
const PLATFORM = 'linux_amd64';

/** Where terraform itself looks for providers that were put there by hand. https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories */
export function pluginFolders({ env }: Pick<ToolContext, 'env'>): string[] {
  const home = env['HOME'] ?? '';
  return [
    ...(home ? [join(home, '.terraform.d', 'plugins'), join(home, '.local', 'share', 'terraform', 'plugins')] : []),
    '/usr/local/share/terraform/plugins',
  ];
}

/**
 * Puts a provider of this computer's plugin folders into a mirror, in the layout of terraform's own mirrors (packed, with
 * the two indexes of the network protocol). Returns its version.
 * @throws PrerequisiteError `mirror-no-provider`
 */
export async function putProvider(ctx: ToolContext, request: MirrorProvider): Promise<string> {
  const { name, root, report } = request;
  const found = await findProvider(ctx, request);
  const type = name.split('/')[1] ?? '';
  const folder = join(root, PLUGINS, REGISTRY, name);
  await makeFolder(folder);
  const archive = `terraform-provider-${type}_${found.version}_${PLATFORM}.zip`;
  report(`packing ${found.path}`);
  await writeFile(join(folder, `${archive}.part`), await zipProgram(found.path, `terraform-provider-${type}_v${found.version}`), {
    mode: PUBLIC,
  });
  await rename(join(folder, `${archive}.part`), join(folder, archive));
  const hashes = [`zh:${await sha256Of(join(folder, archive))}`];
  await writeJson(join(folder, `${found.version}.json`), { archives: { [PLATFORM]: { url: archive, hashes } } });
  const index = await readFile(join(folder, 'index.json'), 'utf8').then(
    (text) => JSON.parse(text) as { versions?: object },
    () => ({}),
  );
  await writeJson(join(folder, 'index.json'), { versions: { ...('versions' in index ? index.versions : {}), [found.version]: {} } });
  return found.version;
}

async function findProvider(
  ctx: ToolContext,
  { name, version }: MirrorProvider,
): Promise<{ readonly version: string; readonly path: string }> {
  const folders = pluginFolders(ctx).map((folder) => join(folder, REGISTRY, name));
  for (const folder of folders) {
    const versions = rsort((await readdir(folder).catch(() => [])).filter((word) => valid(word)));
    const chosen = version ?? versions[0];
    if (chosen === undefined || !versions.includes(chosen)) continue;
    const place = join(folder, chosen, PLATFORM);
    const program = (await readdir(place).catch(() => [])).find((file) => file.startsWith('terraform-provider-'));
    if (program === undefined) continue;
    const path = join(place, program);
    if (await isForHosts(path)) return { version: chosen, path };
    throw new ToolError(`${path} is no program for x86-64 Linux`, { code: 'provider-unfit', next: hint`put the right one in its place` });
  }
  throw new PrerequisiteError(`provider ${name}${version ? ` ${version}` : ''} cannot be put into the mirror`, {
    code: 'mirror-no-provider',
    why: [`looked for <version>/${PLATFORM}/terraform-provider-* in`, ...folders],
    next: hint`${shell`terraform providers mirror -platform=${PLATFORM}`} <mirror>/${PLUGINS}   fetches providers into the same layout`,
  });
}

async function writeJson(path: string, value: object): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`, PUBLIC);
}
