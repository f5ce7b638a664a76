import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';
import { imageNames, type ImageName } from '../settings/image-names.js';

/** Everything that image builds are made of, as it lies in `templates/packer`. */
export interface ImageSources {
  readonly templates: Readonly<Record<ImageName, string>>;
  /** Pieces that the templates share, by name. */
  readonly partials: Readonly<Record<string, string>>;
  /** What goes to the host or runs there, by path: `scripts/consul.sh`, `host/consul.service`. */
  readonly files: Readonly<Record<string, string>>;
}

/** @param templates the folder of all templates: `ctx.paths.templates` */
export async function readImageSources(templates: string): Promise<ImageSources> {
  const root = join(templates, 'packer');
  const [texts, partials, scripts, host] = await Promise.all([
    mapBounded(imageNames, FILES_AT_ONCE, async (name) => [name, await readFile(join(root, `${name}.json.hbs`), 'utf8')] as const),
    readFolder(join(root, 'partials')),
    readFolder(join(root, 'scripts')),
    readFolder(join(root, 'host')),
  ]);
  const below = (folder: string, files: [string, string][]): [string, string][] => files.map(([name, text]) => [`${folder}/${name}`, text]);
  return {
    templates: Object.fromEntries(texts) as Record<ImageName, string>,
    partials: Object.fromEntries(partials.map(([name, text]) => [name.replace(/\.hbs$/, ''), text.replace(/\n$/, '')])),
    files: Object.fromEntries([...below('scripts', scripts), ...below('host', host)]),
  };
}

async function readFolder(folder: string): Promise<[string, string][]> {
  const names = (await readdir(folder)).sort();
  return mapBounded(names, FILES_AT_ONCE, async (name): Promise<[string, string]> => [name, await readFile(join(folder, name), 'utf8')]);
}
