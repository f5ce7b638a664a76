import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { makeFolder } from '@nomadctl/base/make-folder';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';
import type { ImageName } from '../settings/image-names.js';
import type { ImageSources } from './image-sources.js';

/** Where the rendered templates of a cluster lie, with everything that they name: a build can be repeated there by hand. */
export function packerFolder({ dir }: Pick<ClusterPaths, 'dir'>): string {
  return join(dir, 'packer');
}

export const templateFile = (image: ImageName): string => `${image}.json`;
export const variablesFile = (image: ImageName): string => `${image}-vars.json`;

export interface RenderedImage {
  readonly image: ImageName;
  readonly template: string;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Has packer reach the hosts of its builds through a SOCKS proxy. What is in an image does not depend on it, so it comes after its hash.
 * https://developer.hashicorp.com/packer/docs/communicators/ssh
 */
export function throughProxy(template: string, proxy: { readonly host: string; readonly port: number } | undefined): string {
  if (!proxy) return template;
  const parsed = JSON.parse(template) as { readonly builders: readonly object[] };
  const builders = parsed.builders.map((builder) => ({ ...builder, ssh_proxy_host: proxy.host, ssh_proxy_port: proxy.port }));
  return `${JSON.stringify({ ...parsed, builders }, null, 2)}\n`;
}

/** Writes templates, variables and scripts. What an older nomadctl had there and this one has not goes. */
export async function writePackerFiles(folder: string, sources: ImageSources, images: readonly RenderedImage[]): Promise<void> {
  await Promise.all(['scripts', 'host'].map((name) => rm(join(folder, name), { recursive: true, force: true })));
  await makeFolder(folder);
  const files = [
    ...Object.entries(sources.files),
    ...images.flatMap(({ image, template, variables }): [string, string][] => [
      [templateFile(image), template],
      [variablesFile(image), `${JSON.stringify(variables, null, 2)}\n`],
    ]),
    // No secret is here; and yet nothing of it belongs into a repository.
    ['.gitignore', '*\n'] as const,
  ];
  for (const name of new Set(files.map(([path]) => dirname(path)))) await makeFolder(join(folder, name));
  await mapBounded(files, FILES_AT_ONCE, ([path, text]) => writeFileAtomic(join(folder, path), text));
}
