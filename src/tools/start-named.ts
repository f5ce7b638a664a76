import { ToolError } from '@nomadctl/base/errors';
import { namedMissing, type NamedPrograms } from './named-program.js';

/**
 * Starts the file that somebody named for a program, else the program itself.
 * @throws PrerequisiteError `named-program-missing` when the named file is not there.
 */
export async function startNamed<Result>(
  programs: Pick<NamedPrograms, 'of'> | undefined,
  program: string,
  start: (file: string) => Promise<Result>,
): Promise<Result> {
  const named = programs?.of(program);
  return start(named?.file ?? program).catch((error: unknown) => {
    const isMissing = error instanceof ToolError && error.code === 'tool-not-found';
    throw named && isMissing ? namedMissing(named, `${named.file} is no file that may be run`) : error;
  });
}
