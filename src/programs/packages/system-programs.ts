import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import programs from '../../../toolchain/system-programs.json' with { type: 'json' };
import { nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import { isExecutable } from '../find-program.js';
import { packageInstall, type PackageNames } from '../system-packages.js';
import type { ToolContext } from '../../tools/tool-context.js';

/** Where a program of a job comes from: the system's package of it, and where that puts it when it is not on PATH. */
export interface SystemProgram extends PackageNames {
  /** Whole paths; one folder may be `*`, such as a version. Of several the last one counts. */
  readonly files?: readonly string[];
}

/** The one list of them: nomadctl's messages, `doctor` and the set-up of the tests read it. */
export const systemPrograms: Readonly<Record<string, SystemProgram>> = programs;

/** These `doctor --fix` gets for an ordinary user, too. */
const MENDED_BY_DOCTOR: readonly string[] = ['redis-server', 'redis-cli'];

/** The file of a program where its package puts it beside PATH. */
export async function fileBesidePath(program: string, known = systemPrograms): Promise<string | undefined> {
  for (const pattern of known[program]?.files ?? []) {
    const found = (await expand(pattern)).findLast(isExecutable);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function expand(pattern: string): Promise<string[]> {
  const [before, after] = pattern.split('/*/');
  if (before === undefined || after === undefined) return [pattern];
  const versions = await readdir(before).catch(() => []);
  return versions.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).map((version) => join(before, version, after));
}

/** How programs that are missing come to this computer. */
export async function installHint(ctx: ToolContext, missing: readonly string[], uid: number | undefined): Promise<Hint> {
  const known = missing.flatMap((program) => systemPrograms[program] ?? []);
  if (known.length < missing.length || missing.every((program) => MENDED_BY_DOCTOR.includes(program))) return nomadctl`doctor --fix`;
  const install = await packageInstall(ctx, packagesOf(known), uid);
  return install?.command ?? nomadctl`doctor`;
}

/** All of them, each once. */
function packagesOf(known: readonly SystemProgram[]): PackageNames {
  const all = (manager: keyof PackageNames): string => [...new Set(known.map((program) => program[manager]))].join(' ');
  return { apt: all('apt'), dnf: all('dnf'), brew: all('brew') };
}
