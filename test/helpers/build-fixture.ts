import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export interface BuiltFixture {
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * Bundles `test/fixtures/<name>.ts`, or a fixture of a package by its file, as the program itself is bundled: lazy loading is what it
 * is there.
 */
export async function buildFixture(fixture: string | URL): Promise<BuiltFixture> {
  const entry = fileURLToPath(typeof fixture === 'string' ? new URL(`../fixtures/${fixture}.ts`, import.meta.url) : fixture);
  const dir = await mkdtemp(join(tmpdir(), 'nomadctl-fixture-'));
  await build({
    entryPoints: [entry],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    outdir: dir,
    outExtension: { '.js': '.mjs' },
    // CommonJS dependencies ask for Node's built-ins by require.
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  return { path: join(dir, `${basename(entry, '.ts')}.mjs`), remove: () => rm(dir, { recursive: true, force: true }) };
}
