import { readdir, readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Json } from '@nomadctl/base/json';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import type { Paths } from '@nomadctl/base/paths';
import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';
import type { Root } from './root.js';

/** Values of a root's variables. What is secret goes by `TF_VAR_…` instead. */
export type RootValues = Readonly<Record<string, Json>>;

/** Files of a root by their names in its folder, as they should be. */
export type RenderedRoot = ReadonlyMap<string, string>;

const BACKEND_FILE = 'backend.tf';

/** A root's configuration as it ships with nomadctl, where its state is kept, and one file of values. */
export async function renderRoot(paths: Pick<Paths, 'templates'>, root: Root, values: RootValues): Promise<RenderedRoot> {
  const templates = join(paths.templates, 'terraform', root.name);
  const files = await filesBelow(templates);
  const contents = await mapBounded(files, FILES_AT_ONCE, async (file) => [file, await readFile(join(templates, file), 'utf8')] as const);
  const backend = root.backend ? [[BACKEND_FILE, root.backend.configuration] as const] : [];
  return new Map([...contents, ...backend, [relative(root.folder, root.valuesFile), `${JSON.stringify(values, null, 2)}\n`]]);
}

/** Names of files that are missing, differ, or are left from another version of nomadctl. */
export async function outdatedFiles(root: Root, rendered: RenderedRoot): Promise<string[]> {
  const written = await mapBounded(rendered, FILES_AT_ONCE, async ([file, content]) =>
    (await textOf(join(root.folder, file))) === content ? [] : [file],
  );
  return [...written.flat(), ...(await strayFiles(root, rendered))];
}

export async function writeRoot(root: Root, rendered: RenderedRoot): Promise<void> {
  for (const [file, content] of rendered) {
    if ((await textOf(join(root.folder, file))) !== content) await writeFileAtomic(join(root.folder, file), content);
  }
  await mapBounded(await strayFiles(root, rendered), FILES_AT_ONCE, (file) => rm(join(root.folder, file), { force: true }));
}

/** Terraform reads every `.tf` of a folder, also one that no version of ours has any more. */
async function strayFiles(root: Root, rendered: RenderedRoot): Promise<string[]> {
  const present = await filesBelow(root.folder).catch(() => []);
  return present.filter((file) => /\.(tf|tftpl)$/.test(file) && !rendered.has(file));
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = await mapBounded(
    entries.filter(({ name }) => name !== '.terraform' && name !== 'backups'),
    FILES_AT_ONCE,
    async (entry) => {
      if (!entry.isDirectory()) return [entry.name];
      return (await filesBelow(join(folder, entry.name))).map((file) => join(entry.name, file));
    },
  );
  return nested.flat().sort();
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
