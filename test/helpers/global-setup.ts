import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import programs from '../../toolchain/system-programs.json' with { type: 'json' };
import releases from '../../toolchain/releases.json' with { type: 'json' };
import { fileBesidePath } from '../../src/programs/packages/system-programs.js';
import { RUN_FOLDER } from './run-folder.js';
import { programOnPath } from './require-tool.js';
import { hasEngine, startTestEngine } from './test-engine.js';

/** What `NOMADCTL_REQUIRE` may name, where it is not the name of the program itself. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  redis: ['redis-server', 'redis-cli'],
  apt: ['apt-get'],
  docker: [],
  catalogue: Object.keys(programs),
};

/**
 * Once, before all tests: `dist/` is what `src/` says, the programs that nomadctl itself would take are the ones that every
 * test finds on PATH, a container engine runs where one can, and what `NOMADCTL_REQUIRE` names is there.
 */
export default async function setUp(): Promise<() => Promise<void>> {
  const build = fileURLToPath(new URL('../../scripts/build.mjs', import.meta.url));
  execFileSync(process.execPath, [build, '--if-stale'], { stdio: 'ignore' });
  const tools = listTools();
  for (const { path, source } of tools.values()) if (source === 'installed') putOnPath(path);
  const required = (process.env['NOMADCTL_REQUIRE'] ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);
  // Where nobody asks for it, its tests are skipped instead.
  const stopEngine = await startTestEngine().catch((error: unknown) => {
    if (required.includes('docker')) throw error;
    process.stderr.write(`${String(error)}\n`);
  });
  const besidePath = new Set<string>();
  for (const program of Object.keys(programs)) if (await fileBesidePath(program)) besidePath.add(program);
  const missing = required
    // Providers are in plugin directories: the tests that need one ask for it there.
    .flatMap((word) => PROGRAMS[word] ?? (word.startsWith('terraform-provider-') ? [] : [word]))
    .filter((program) => (program in releases.tools ? !tools.has(program) : !programOnPath(program) && !besidePath.has(program)));
  if (required.includes('docker') && !(await hasEngine())) missing.push('a container engine that answers (dockerd)');
  if (missing.length > 0) throw new Error(`NOMADCTL_REQUIRE=${required.join(',')}, and not here: ${missing.join(', ')}`);
  const folder = mkdtempSync(join(tmpdir(), 'nomadctl-run-'));
  process.env[RUN_FOLDER] = folder;
  return async () => {
    rmSync(folder, { recursive: true, force: true });
    await stopEngine?.();
  };
}

interface Found {
  readonly path: string;
  readonly program: string;
  readonly source: 'path' | 'installed';
}

/** What nomadctl would use: on PATH, of a version that will do, else what it installed itself. */
function listTools(): ReadonlyMap<string, Found> {
  const nomadctl = fileURLToPath(new URL('../../bin/nomadctl.js', import.meta.url));
  const { tools } = JSON.parse(execFileSync(process.execPath, [nomadctl, 'tools', 'list', '--json'], { encoding: 'utf8' })) as {
    tools: readonly { tool: string; found?: Found }[];
  };
  // Another program in a tool's place (tofu) is not what a test that names the tool runs.
  return new Map(tools.flatMap(({ tool, found }) => (found?.program === tool ? [[tool, found] as const] : [])));
}

/** Last, as it is for users; first where PATH has a program of the same name that will not do. */
function putOnPath(program: string): void {
  const hidden = programOnPath(basename(program)) !== undefined;
  const entries = [process.env['PATH'] ?? '', dirname(program)];
  process.env['PATH'] = (hidden ? entries.toReversed() : entries).join(delimiter);
}
