import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { ConfigError, UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';
import type { Paths } from '@nomadctl/base/paths';
import { listIfThere } from '@nomadctl/base/read-if-there';
import { reasonOf } from '@nomadctl/base/reason';
import { didYouMean } from '@nomadctl/base/suggest';
import { readTemplate, type TemplateSource } from '../jobs/catalogue/find-job.js';
import type { TenantJob, TenantManifest } from './tenant-manifest.js';

/** What tenants are made from: a folder with `tenant.json` and a template of a job for each of its jobs. */
export interface TenantTemplate {
  readonly name: string;
  readonly manifest: TenantManifest;
  readonly jobs: readonly { readonly part: TenantJob; readonly source: TemplateSource }[];
}

type Places = Pick<Paths, 'home' | 'templates'>;

const MANIFEST = 'tenant.json';

/** Own ones come first, as those of jobs do. */
function foldersOf({ home, templates }: Places): string[] {
  return [join(home, 'tenants'), join(templates, 'tenants')];
}

/** Names of all templates, each once. */
export async function listTenantTemplates(paths: Places): Promise<string[]> {
  const entries = await mapBounded(foldersOf(paths), FILES_AT_ONCE, (folder) => listIfThere(folder, 'templates-unreadable'));
  const names = entries.flat().flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  return [...new Set(names)].sort();
}

/** @throws UsageError `tenant-template-unknown` with the nearest name; ConfigError `template-invalid` with every problem */
export async function findTenantTemplate(name: string, paths: Places): Promise<TenantTemplate> {
  for (const [index, folder] of foldersOf(paths).entries()) {
    const entries = await listIfThere(folder, 'templates-unreadable');
    if (entries.some((entry) => entry.isDirectory() && entry.name === name))
      return readTenantTemplate({ name, folder: join(folder, name), own: index === 0 });
  }
  const known = await listTenantTemplates(paths);
  throw new UsageError(`there is no template of tenants "${name}"${didYouMean(name, known)}`, {
    code: 'tenant-template-unknown',
    why: `there are ${known.join(', ') || 'none'}; own ones go to ${join(paths.home, 'tenants')}`,
    next: nomadctl`tenant create --help`,
  });
}

async function readTenantTemplate({ name, folder, own }: { name: string; folder: string; own: boolean }): Promise<TenantTemplate> {
  const manifest = await readManifest(join(folder, MANIFEST));
  const jobs: TenantTemplate['jobs'][number][] = [];
  for (const part of manifest.jobs)
    jobs.push({ part, source: await readTemplate({ name: part.job, own, kind: 'template', path: join(folder, part.job) }) });
  return { name, manifest, jobs };
}

async function readManifest(file: string): Promise<TenantManifest> {
  const invalid = (why: string | string[], cause?: unknown) =>
    new ConfigError(`${file} is wrong`, { code: 'template-invalid', why, cause });
  let data: unknown;
  try {
    data = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw invalid(reasonOf(cause), cause);
  }
  const { tenantManifestSchema } = await import('./tenant-manifest.js');
  const read = tenantManifestSchema.safeParse(data);
  if (!read.success) throw invalid(read.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`));
  const { jobs } = read.data;
  const names = jobs.map(({ job }) => job);
  const problems = [
    ...names.filter((job, index) => names.indexOf(job) !== index).map((job) => `jobs: ${job} is there twice`),
    ...(jobs.filter(({ scales }) => scales).length > 1 ? ['jobs: only one of them may scale'] : []),
    ...jobs.filter(({ members, atMost }) => members > atMost).map(({ job }) => `jobs: ${job} has more members than it may have`),
  ];
  if (problems.length > 0) throw invalid(problems);
  return read.data;
}

/** The job that `--members` is about; nothing where a tenant is always as large. */
export function scalingJob({ manifest }: Pick<TenantTemplate, 'manifest'>): TenantJob | undefined {
  return manifest.jobs.find(({ scales }) => scales);
}

/** How many members a job of the tenant has. */
export function membersOf(part: TenantJob, members: number): number {
  return part.scales ? members : part.members;
}

/** @param asked as somebody said; absent: what the template says. @throws UsageError `members-invalid` */
export function checkedMembers(template: TenantTemplate, asked: number | undefined): number {
  const job = scalingJob(template);
  if (asked === undefined) return job?.members ?? 1;
  if (job ? asked >= 1 && asked <= job.atMost : asked === 1) return asked;
  throw new UsageError(`a tenant of ${template.name} cannot have ${asked} members`, {
    code: 'members-invalid',
    why: job ? `1 to ${job.atMost} of ${job.job} are possible` : 'its size is always the same',
    next: nomadctl`tenant create --help`,
  });
}
