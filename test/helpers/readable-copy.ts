import { chmodSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireTool } from './require-tool.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Root may keep the checkout and the installed programs where nobody else can read them. */
export function readableCopy(folder: string): { bin: string; env: Record<string, string> } {
  chmodSync(folder, 0o755);
  for (const part of ['bin', 'dist', 'templates', 'toolchain', 'package.json'])
    cpSync(join(root, part), join(folder, part), { recursive: true });
  for (const program of ['consul', 'nomad']) cpSync(requireTool(program) ?? '', join(folder, 'programs', program));
  return { bin: join(folder, 'bin', 'nomadctl.js'), env: { PATH: `${join(folder, 'programs')}:${process.env['PATH'] ?? ''}` } };
}
