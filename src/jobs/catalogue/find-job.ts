import { readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { ConfigError, UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { Json } from '@nomadctl/base/json';
import type { Paths } from '@nomadctl/base/paths';
import { listIfThere } from '@nomadctl/base/read-if-there';
import { reasonOf } from '@nomadctl/base/reason';
import { didYouMean } from '@nomadctl/base/suggest';
import type { GivenManifest, JobManifest } from './job-manifest.js';
import { withDefaults } from './manifest-defaults.js';

/** A job that can be deployed, with its text: a template of the catalogue, or a file of the user's. */
export type JobSource = TemplateSource | FileSource;

export interface TemplateSource {
  readonly kind: 'template';
  readonly name: string;
  readonly dir: string;
  readonly manifest: JobManifest;
  /** Handlebars that renders to HCL. */
  readonly text: string;
  /** What it is rendered with besides its variables: what only whoever deploys it knows. */
  readonly values?: Readonly<Record<string, Json>>;
}

export interface FileSource {
  readonly kind: 'file';
  /** As the user wrote it: a path, or the name of a file in the own folder. */
  readonly name: string;
  readonly path: string;
  readonly text: string;
  /** Where Nomad's `file` and its like look, as it is not where the user stands: for a file that is called by its name. */
  readonly folder?: string;
}

export interface CatalogueEntry {
  readonly name: string;
  /** Whether it lies in the user's own folder, which comes before what ships with nomadctl. */
  readonly own: boolean;
  readonly path: string;
  readonly kind: 'template' | 'file';
}

/** What stands for the job file on standard input, as with `nomad job run -`. */
const STANDARD_INPUT = '-';

export const TEMPLATE_FILE = 'job.nomad.hcl.hbs';
export const MANIFEST_FILE = 'job.json';
const FILE_SUFFIXES = ['.nomad.hcl', '.nomad', '.hcl', '.json'];

/** Everything that can be deployed by name, own first; a name appears once. */
export async function listJobs(paths: Pick<Paths, 'ownJobs' | 'templates'>): Promise<CatalogueEntry[]> {
  const own = await entriesIn(paths.ownJobs, true);
  const ownNames = new Set(own.map(({ name }) => name));
  const shipped = await entriesIn(join(paths.templates, 'jobs'), false);
  return [...own, ...shipped.filter(({ name }) => !ownNames.has(name))].sort((a, b) => byName(a.name, b.name));
}

/** Names that ICU orders as their characters are ordered. Loading ICU takes 7 ms. */
const PLAIN_NAME = /^[a-z0-9-]*$/;

function byName(a: string, b: string): number {
  if (!PLAIN_NAME.test(a) || !PLAIN_NAME.test(b)) return a.localeCompare(b);
  return a < b ? -1 : a > b ? 1 : 0;
}

async function entriesIn(dir: string, own: boolean): Promise<CatalogueEntry[]> {
  return (await listIfThere(dir, 'jobs-unreadable')).flatMap((entry): CatalogueEntry[] => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return [{ name: entry.name, own, path, kind: 'template' }];
    const name = nameOfFile(entry.name);
    return own && name !== undefined ? [{ name, own, path, kind: 'file' }] : [];
  });
}

function nameOfFile(file: string): string | undefined {
  const suffix = FILE_SUFFIXES.find((candidate) => file.endsWith(candidate));
  return suffix === undefined ? undefined : basename(file).slice(0, -suffix.length);
}

/**
 * Finds what the user means by a word: a path, `-` for standard input, or a name of the catalogue.
 * @throws UsageError `job-unknown` with the nearest name; ConfigError `job-file` or `template-invalid`
 */
export async function findJob(word: string, paths: Pick<Paths, 'ownJobs' | 'templates'>): Promise<JobSource> {
  if (word === STANDARD_INPUT) return jobFile({ path: word, name: word, text: await readAll(process.stdin) });
  if (isReadable(word)) return readJobFile(word, word);
  const known = await listJobs(paths);
  const entry = known.find(({ name }) => name === word);
  if (entry) return entry.kind === 'file' ? { ...(await readJobFile(entry.path, word)), folder: paths.ownJobs } : readTemplate(entry);
  if (/[/\\]/.test(word) || nameOfFile(word) !== undefined) {
    throw new UsageError(`there is no job file ${word}`, { code: 'job-file-missing', next: nomadctl`job list` });
  }
  const names = known.map(({ name }) => name);
  throw new UsageError(`there is no job "${word}"${didYouMean(word, names)}`, {
    code: 'job-unknown',
    why: `the catalogue has ${names.join(', ') || 'none'}; own ones go to ${paths.ownJobs}; a file is given by its path`,
    next: nomadctl`job list`,
  });
}

/** A file, or what a shell's `<(…)` gives. */
function isReadable(path: string): boolean {
  try {
    return !statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** A job file in a sentence. */
export function calledFile(name: string): string {
  return name === STANDARD_INPUT ? 'the job file on standard input' : `job file ${name}`;
}

async function readJobFile(path: string, name: string): Promise<FileSource> {
  try {
    return jobFile({ path, name, text: await readFile(path, 'utf8') });
  } catch (cause) {
    throw notReadable(path, 'job-file', cause);
  }
}

function jobFile(file: Pick<FileSource, 'name' | 'path' | 'text'>): FileSource {
  if (file.text.trim() !== '') return { kind: 'file', ...file };
  throw new ConfigError(`${calledFile(file.name)} is empty`, { code: 'job-file', next: nomadctl`job new service` });
}

export async function readTemplate({ name, own, path }: CatalogueEntry): Promise<TemplateSource> {
  const file = join(path, MANIFEST_FILE);
  const json = readPart(file);
  const manifest = (own ? undefined : shippedManifest(json)) ?? (await import('./read-manifest.js')).readManifest(json, file);
  return { kind: 'template', name, dir: path, manifest, text: readPart(join(path, TEMPLATE_FILE)) };
}

/** What ships with nomadctl was checked by a test: no schema has to be loaded for it. Nothing for what is no JSON. */
function shippedManifest(json: string): JobManifest | undefined {
  try {
    return withDefaults(JSON.parse(json) as GivenManifest);
  } catch {
    return undefined;
  }
}

function readPart(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw notReadable(path, 'template-invalid', cause);
  }
}

function notReadable(path: string, code: string, cause: unknown): ConfigError {
  return new ConfigError(`${path} could not be read`, { code, why: reasonOf(cause), cause });
}
