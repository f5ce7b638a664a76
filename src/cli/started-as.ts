import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';

export interface Outset {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `process.argv[1]`: the script that Node was given. */
  readonly script: string;
  readonly folder: string;
  readonly uid: number | undefined;
}

/** How hints call nomadctl, and what only root may do, in the shell that we were started from. Looked up when a hint is shown. */
export function startedAs({ env, script, folder, uid }: Outset): { readonly program: string[] | undefined; readonly asRoot: string } {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((path) => path !== '');
  const known = new Map<string, boolean>();
  // Sentences and hints of one result ask several times.
  const has = (name: string): boolean => {
    const found = known.get(name) ?? folders.some((path) => isProgram(join(path, name)));
    known.set(name, found);
    return found;
  };
  return {
    get program() {
      if (has('nomadctl')) return undefined;
      const near = relative(folder, script);
      return ['node', near.startsWith('..') ? script : near];
    },
    get asRoot() {
      if (uid === 0) return '';
      return has('sudo') ? 'sudo ' : 'as root: ';
    },
  };
}

function isProgram(path: string): boolean {
  // An error costs more than the question, and most folders do not have it.
  if (!existsSync(path)) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
