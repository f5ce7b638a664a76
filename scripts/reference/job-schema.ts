import * as z from 'zod';
import { jobManifestSchema } from '../../src/jobs/catalogue/job-manifest.js';

/** The JSON schema of `job.json`, as people write it: what has a default may be left out. */
export function jobSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(jobManifestSchema, { target: 'draft-7', io: 'input' });
  return {
    $schema,
    title: 'A job template of nomadctl',
    description: 'What nomadctl knows of a job template. All fields: docs/reference/job-json.md',
    ...schema,
  };
}
