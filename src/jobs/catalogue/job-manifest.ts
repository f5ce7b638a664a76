import * as z from 'zod';
import { checkSchema, command, title } from './check-kinds.js';

/** What `job.json` says about a template. Everything that differs between templates is data here, never TypeScript. */

const name = z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be lower case letters, digits and _');

const variable = z.strictObject({
  name: name.describe('how the template and `--var` call it'),
  type: z
    .enum(['string', 'number', 'boolean', 'list', 'driver'])
    .describe("what it holds; `driver` is a choice that nomadctl makes itself, from what the cluster's nodes offer, unless it is given"),
  description: z.string().min(1).describe('for `job show`: what it sets, with its unit'),
  default: z
    .union([z.string(), z.number(), z.boolean(), z.array(z.string())])
    .optional()
    .describe('without one the variable must be given; a `driver` needs none'),
  choices: z.array(z.string()).min(1).optional().describe('the values that it may have; of a `driver` the preferred one comes first'),
  pattern: z.string().optional().describe('a regular expression that the whole value must match'),
  min: z.number().optional().describe('the least that a number may be'),
  max: z.number().optional().describe('the most that a number may be'),
});

const failover = z.strictObject({
  group: z.string().min(1).describe('the group whose allocation is stopped, or whose node is taken down'),
  repeat: z.string().min(1).describe('title of the `exec` check that is repeated until it answers again'),
  unchanged: z
    .strictObject({ title, command })
    .optional()
    .describe("what must be the same before and after, told by a command in the repeated check's task"),
});

export const jobManifestSchema = z.strictObject({
  $schema: z.string().optional().describe('for editors, which complete the file from it; nomadctl does not look at it'),
  title: z.string().min(1).describe('a name for people'),
  summary: z.string().min(1).describe('for `job list`: what it is, in one line'),
  variables: z.array(variable).default([]).describe('what `--var` may set, in the order of `job show`'),
  programs: z
    .record(z.string(), z.record(z.string(), z.array(z.string())))
    .default({})
    .describe('programs that a node must have: by the driver variable that they are about, then by driver'),
  elsewhere: z
    .string()
    .min(1)
    .optional()
    .describe('what takes its place where none of its drivers works, in a few words; told when it cannot be deployed'),
  intentions: z
    .array(
      z.strictObject({
        source: z.string().min(1).describe('the service in Consul that connects'),
        destination: z.string().min(1).describe('the service in Consul that it connects to'),
        action: z
          .enum(['allow', 'deny'])
          .optional()
          .describe('`deny`: it must not, also where the cluster keeps nobody out; default `allow`'),
      }),
    )
    .default([])
    .describe('connections of the mesh that the job needs: `deploy` allows them where the cluster is secured, and none else has them'),
  needs: z
    .array(
      z.strictObject({
        job: z.string().min(1).describe('the job of the catalogue that has it, for `deploy --with`'),
        service: z.string().min(1).describe('the service in Consul that must be there; variables of the template may stand in it'),
        for: z.string().min(1).describe('what it is needed for, in a few words'),
      }),
    )
    .default([])
    .describe('services of other jobs that it needs to be of use: `plan` and `deploy` say which are not there'),
  verify: z
    .strictObject({
      checks: z.array(checkSchema).min(1).describe('what `deploy` and `verify` try, in this order'),
      failover: failover.optional().describe('what `verify --failover` does'),
    })
    .optional()
    .describe('how to tell that the job works'),
});

export type JobManifest = z.infer<typeof jobManifestSchema>;
/** As a file may have it: what has a default may be left out. */
export type GivenManifest = z.input<typeof jobManifestSchema>;
export type JobVariable = JobManifest['variables'][number];
export type Verification = NonNullable<JobManifest['verify']>;
export type Check = Verification['checks'][number];
/** A check of one kind. */
export type CheckOf<Kind extends Check['kind']> = Extract<Check, { kind: Kind }>;
export type VariableValue = NonNullable<JobVariable['default']>;
