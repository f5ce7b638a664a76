import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { makeFolder } from '@nomadctl/base/make-folder';
import type { Paths } from '@nomadctl/base/paths';
import { reasonOf } from '@nomadctl/base/reason';
import { didYouMean } from '@nomadctl/base/suggest';
import { renderTemplate } from '../../render/template-engine.js';
import { MANIFEST_FILE, TEMPLATE_FILE } from './find-job.js';

/** Files of `templates/scaffolds/`, in the order that help lists them: the job's, and what its `job.json` says. */
export const SCAFFOLD_KINDS = ['service', 'web', 'sidecar', 'batch', 'system', 'periodic', 'parameterized', 'redis'] as const;

export interface ScaffoldRequest {
  readonly kind: string;
  readonly name: string;
  /** What runs its tasks: one that the cluster has. */
  readonly driver: string;
  /** The namespace that the file names; none when empty. */
  readonly namespace?: string | undefined;
  /** Whether it goes into the own catalogue, as a template with variables and a check, instead of into the current folder. */
  readonly own: boolean;
  readonly paths: Pick<Paths, 'ownJobs' | 'templates'>;
}

/** Files that are yet to be written. */
export interface Scaffold {
  /** What `deploy` takes: the path of a job file, or a name of the catalogue. */
  readonly word: string;
  /** Where it goes: a file, or in the own catalogue a folder. */
  readonly place: string;
  readonly files: readonly ScaffoldFile[];
}

export interface ScaffoldFile {
  readonly path: string;
  readonly text: string;
}

/** What `writeScaffold` would write. @throws UsageError for an unknown kind, a name that cannot be one, or `file-exists` */
export async function draftScaffold(request: ScaffoldRequest): Promise<Scaffold> {
  const { kind, name, own, paths } = request;
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
  const place = own ? join(paths.ownJobs, name) : `${name}.nomad.hcl`;
  if (existsSync(place)) throw fileExists(place, request);
  const word = own ? name : `./${place}`;
  const job = await rendered('nomad.hcl', { ...request, word });
  if (!own) return { word, place, files: [{ path: place, text: job }] };
  return {
    word,
    place,
    files: [
      { path: join(place, TEMPLATE_FILE), text: job },
      { path: join(place, MANIFEST_FILE), text: await rendered('job.json', { ...request, word }) },
    ],
  };
}

/** Rendered now are what was asked for and its place; a job of the own catalogue is a template again. */
async function rendered(what: 'nomad.hcl' | 'job.json', request: ScaffoldRequest & { readonly word: string }): Promise<string> {
  const { kind, name, driver, namespace = '', own, word, paths } = request;
  const file = `${kind}.${what}.hbs`;
  return renderTemplate({
    file,
    text: await readFile(join(paths.templates, 'scaffolds', file), 'utf8'),
    values: {
      ...{ name, driver, namespace, own, word },
      // The proxies run a program of the node.
      proxy_driver: driver === 'docker' ? 'exec' : driver,
      schema: join(paths.templates, '../schemas/job.schema.json'),
      ...{ begin_raw: '{{{{raw}}}}', end_raw: '{{{{/raw}}}}' },
    },
  });
}

/** Never overwrites anything. @returns what was written @throws UsageError `file-exists`; ConfigError `file-unwritable` */
export async function writeScaffold(request: ScaffoldRequest): Promise<Scaffold> {
  const scaffold = await draftScaffold(request);
  try {
    if (request.own) await makeFolder(request.paths.ownJobs);
    if (request.own) await mkdir(scaffold.place);
    for (const { path, text } of scaffold.files) await writeFile(path, text, { flag: 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') throw fileExists(scaffold.place, request, cause);
    throw new ConfigError(`${scaffold.place} could not be written`, { code: 'file-unwritable', why: reasonOf(cause), cause });
  }
  return scaffold;
}

function fileExists(place: string, { kind, own }: ScaffoldRequest, cause?: unknown): UsageError {
  return new UsageError(`${place} is there already`, {
    code: 'file-exists',
    why: 'it was left as it is',
    next: nomadctl`job new ${kind} another-name ${own ? ['--own'] : []}`,
    cause,
  });
}
