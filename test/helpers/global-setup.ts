import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import releases from '../../toolchain/releases.json' with { type: 'json' };
import { pathsOf } from '../../src/home.js';
import { programOnPath } from './require-tool.js';

/** What `NOMADCTL_REQUIRE` may name, where it is not the name of the program itself. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = { redis: ['redis-server', 'redis-cli'], apt: ['apt-get'] };

/**
 * Once, before all tests: `dist/` is what `src/` says, the programs that nomadctl itself installed are on PATH for every
 * test, and what `NOMADCTL_REQUIRE` names is there.
 */
export default function setUp(): void {
  const root = new URL('../..', import.meta.url);
  execFileSync(process.execPath, [fileURLToPath(new URL('scripts/build.mjs', root)), '--if-stale'], { stdio: 'ignore' });
  const paths = pathsOf(process.env, root);
  for (const [tool, { version }] of Object.entries(releases.tools)) {
    const installed = `${paths.tools}/${tool}/${version}/${tool}`;
    // At the end: a program of the machine's own comes first, as it does for users.
    if (!programOnPath(tool) && existsSync(installed)) process.env['PATH'] = [process.env['PATH'], dirname(installed)].join(delimiter);
  }
  const required = (process.env['NOMADCTL_REQUIRE'] ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);
  const missing = required.flatMap((word) => PROGRAMS[word] ?? [word]).filter((program) => !programOnPath(program));
  if (missing.length > 0) throw new Error(`NOMADCTL_REQUIRE=${required.join(',')}, and not here: ${missing.join(', ')}`);
}
