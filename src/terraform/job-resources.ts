import { join } from 'node:path';
import type { Root } from './root.js';

/** Address of a job in the `jobs` root. */
export const jobAddress = (job: string): string => `nomad_job.this[${JSON.stringify(job)}]`;

/** Where `templates/terraform/jobs` looks for a job's specification. */
export const jobSpecFile = ({ folder }: Pick<Root, 'folder'>, job: string): string => join(folder, 'specs', `${job}.json`);
