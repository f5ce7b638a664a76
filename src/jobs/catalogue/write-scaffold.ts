import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { reasonOf } from '@nomadctl/base/reason';
import { didYouMean } from '@nomadctl/base/suggest';
import { renderTemplate } from '../../render/template-engine.js';

/** Files of `templates/scaffolds/`, in the order that help lists them. */
export const SCAFFOLD_KINDS = ['service', 'batch', 'system', 'periodic', 'web', 'redis'] as const;

export interface ScaffoldRequest {
  readonly kind: string;
  readonly name: string;
  /** What runs its tasks: one that the cluster has. */
  readonly driver: string;
  /** The namespace that the file names; none when empty. */
  readonly namespace?: string | undefined;
  /** Folder of the templates that ship with nomadctl. */
  readonly templates: string;
}

/** A job file that is yet to be written. */
export interface Scaffold {
  /** Its name in the current folder. */
  readonly file: string;
  readonly text: string;
}

/** What `writeScaffold` would write. @throws UsageError for an unknown kind, a name that cannot be one, or `file-exists` */
export async function draftScaffold({ kind, name, driver, namespace = '', templates }: ScaffoldRequest): Promise<Scaffold> {
  if (!(SCAFFOLD_KINDS as readonly string[]).includes(kind)) {
    throw new UsageError(`there is no kind of job "${kind}"${didYouMean(kind, SCAFFOLD_KINDS)}`, {
      code: 'kind-unknown',
      why: `kinds: ${SCAFFOLD_KINDS.join(', ')}`,
      next: nomadctl`job new service`,
    });
  }
  if (!/^[a-z0-9][a-z0-9._-]{0,62}$/i.test(name)) {
    throw new UsageError(`"${name}" cannot be a job's name: letters, digits, dots and dashes only`, {
      code: 'name-invalid',
      next: nomadctl`job new ${kind} my-${kind}`,
    });
  }
  const source = `${kind}.nomad.hcl.hbs`;
  const text = renderTemplate({
    file: source,
    text: await readFile(join(templates, 'scaffolds', source), 'utf8'),
    values: { name, driver, namespace },
  });
  const file = `${name}.nomad.hcl`;
  if (existsSync(file)) throw fileExists(file, kind);
  return { file, text };
}

/** Writes `<name>.nomad.hcl` into the current folder. @returns the file's name @throws UsageError `file-exists` rather than overwriting */
export async function writeScaffold(request: ScaffoldRequest): Promise<string> {
  const { file, text } = await draftScaffold(request);
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') throw fileExists(file, request.kind, cause);
    throw new ConfigError(`${file} could not be written`, { code: 'file-unwritable', why: reasonOf(cause), cause });
  }
  return file;
}

function fileExists(file: string, kind: string, cause?: unknown): UsageError {
  return new UsageError(`${file} is there already`, {
    code: 'file-exists',
    why: 'it was left as it is',
    next: nomadctl`job new ${kind} another-name`,
    cause,
  });
}
