import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { PrerequisiteError } from '@nomadctl/base/errors';
import type { Hint } from '@nomadctl/base/hint/hint';
import { fileBesidePath } from '../../programs/packages/system-programs.js';

export interface ProgramsRequest {
  readonly job: string;
  readonly programs: readonly string[];
  readonly driver: string;
  /** Where the nodes' agents look: for a cluster on this computer, our own PATH. */
  readonly path: string;
  /** The file by which a program is named: it is used whatever is on PATH. */
  readonly named?: (program: string) => Promise<string | undefined>;
  /** How those that are missing come here. */
  readonly install: (missing: readonly string[]) => Promise<Hint>;
}

/** The file of each program. @throws PrerequisiteError `program-missing`, all of them at once */
export async function requirePrograms({ job, programs, driver, path, named, install }: ProgramsRequest): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const program of programs) {
    const file = (await named?.(program)) ?? (await findProgram(program, path)) ?? (await fileBesidePath(program));
    if (file !== undefined) found.set(program, file);
  }
  const missing = programs.filter((program) => !found.has(program));
  if (missing.length === 0) return found;
  throw new PrerequisiteError(
    `job ${job} needs ${missing.join(' and ')}, which ${missing.length === 1 ? 'is' : 'are'} not on this computer`,
    {
      code: 'program-missing',
      why: `driver ${driver} runs the programs of the node itself; looked in ${path}`,
      next: await install(missing),
    },
  );
}

async function findProgram(program: string, path: string): Promise<string | undefined> {
  for (const dir of path.split(delimiter).filter(Boolean)) {
    const file = join(dir, program);
    const runs = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return file;
  }
  return undefined;
}
