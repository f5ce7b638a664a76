import * as z from 'zod';

/** What `tenant.json` says about a template of tenants. Everything that differs between templates is data here, never TypeScript. */

const job = z.strictObject({
  job: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,19}$/, 'must be lower case letters, digits and dashes')
    .describe(
      'the folder beside `tenant.json` with `job.json` and `job.nomad.hcl.hbs`, and the id of the job in the namespace of the tenant',
    ),
  members: z.number().int().min(1).max(99).default(1).describe('how many members it has where nobody says'),
  atMost: z.number().int().min(1).max(99).default(9).describe('how many it may have'),
  scales: z.boolean().default(false).describe('whether `--members` and `tenant scale` are about it: one job of a template'),
  volume: z.boolean().default(false).describe('whether each member has a volume of its own, a dynamic host volume of Nomad'),
  password: z.boolean().default(false).describe('whether it has a password: `password` in its Nomad variable `nomad/jobs/<job>`'),
});

export const tenantManifestSchema = z.strictObject({
  $schema: z.string().optional().describe('for editors, which complete the file from it; nomadctl does not look at it'),
  title: z.string().min(1).describe('a name for people'),
  summary: z.string().min(1).describe('what a tenant gets, in one line'),
  jobs: z.array(job).min(1).describe('its jobs, in the order in which they are deployed; they end in the opposite one'),
  address: z
    .strictObject({
      service: z
        .string()
        .regex(/^[a-z][a-z0-9-]{0,30}$/)
        .describe('the service in Consul whose instances a customer connects to, without the tenant and the dash before it'),
      url: z.string().min(1).describe('what a customer types; `${addresses}` stands for address and port of all instances'),
      between: z.string().default(',').describe('what stands between several addresses'),
      user: z.string().optional().describe('by which name a customer logs in, where there is a password'),
    })
    .describe('where a customer reaches it'),
});

export type TenantManifest = z.infer<typeof tenantManifestSchema>;
export type TenantJob = TenantManifest['jobs'][number];
