import { join } from 'node:path';
import type { Root } from '../../terraform/root.js';

/** A job's key in the `jobs` root: its id, with its namespace where that is not Nomad's default. */
export const jobKey = ({ id, namespace }: { id: string; namespace: string | null | undefined }): string =>
  namespace && namespace !== 'default' ? `${namespace}:${id}` : id;

/** Address of a job in the `jobs` root. */
export const jobAddress = (job: string): string => `nomad_job.this[${JSON.stringify(job)}]`;

/** Where `templates/terraform/jobs` looks for a job's specification. A key may have slashes. */
export const jobSpecFile = ({ folder }: Pick<Root, 'folder'>, job: string): string =>
  join(folder, 'specs', `${job.replaceAll('/', '%2F')}.json`);
