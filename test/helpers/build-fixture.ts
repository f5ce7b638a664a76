import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export interface BuiltFixture {
  readonly path: string;
  remove(): Promise<void>;
}

/** Bundles `test/fixtures/<name>.ts` as the package itself is bundled, so that lazy loading is what it is there. */
export async function buildFixture(name: string): Promise<BuiltFixture> {
  const dir = await mkdtemp(join(tmpdir(), 'nomadctl-fixture-'));
  await build({
    entryPoints: [fileURLToPath(new URL(`../fixtures/${name}.ts`, import.meta.url))],
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
  return { path: join(dir, `${name}.mjs`), remove: () => rm(dir, { recursive: true, force: true }) };
}
