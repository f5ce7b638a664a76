import * as z from 'zod';

/** What `job.json` says about a template. Everything that differs between templates is data here, never TypeScript. */

const name = z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be lower case letters, digits and _');

const variable = z.strictObject({
  name,
  /** `driver` is a choice that nomadctl makes itself, from what the cluster's nodes offer, unless it is given. */
  type: z.enum(['string', 'number', 'boolean', 'list', 'driver']),
  description: z.string().min(1),
  /** Without a default the variable must be given; a `driver` needs none. */
  default: z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]).optional(),
  choices: z.array(z.string()).min(1).optional(),
  /** A regular expression that the whole value must match. */
  pattern: z.string().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
});

const place = { group: z.string().min(1), task: z.string().min(1) };
const title = z.string().min(1);

const execCheck = z.strictObject({
  kind: z.literal('exec'),
  title,
  ...place,
  command: z.array(z.string()).min(1),
  /** What standard output must be, trimmed; a text between slashes is a regular expression. */
  expect: z.string().optional(),
});
const httpCheck = z.strictObject({
  kind: z.literal('http'),
  title,
  group: z.string().min(1),
  port: z.string().min(1),
  path: z.string().startsWith('/').default('/'),
  status: z.number().int().default(200),
  expect: z.string().optional(),
});
const tcpCheck = z.strictObject({ kind: z.literal('tcp'), title, group: z.string().min(1), port: z.string().min(1) });
const serviceCheck = z.strictObject({
  kind: z.literal('service'),
  title,
  service: z.string().min(1),
  passing: z.number().int().min(1).default(1),
});

const failover = z.strictObject({
  /** The group whose allocation is stopped, or whose node is taken down. */
  group: z.string().min(1),
  /** Title of the exec check that is repeated until it answers again. */
  repeat: z.string().min(1),
  /** What must be the same before and after, told by a command in the repeated check's task. */
  unchanged: z.strictObject({ title, command: z.array(z.string()).min(1) }).optional(),
});

export const jobManifestSchema = z.strictObject({
  title,
  summary: z.string().min(1),
  variables: z.array(variable).default([]),
  /** Programs that a node must have: by the driver variable that they are about, then by driver. */
  programs: z.record(z.string(), z.record(z.string(), z.array(z.string()))).default({}),
  verify: z
    .strictObject({
      checks: z.array(z.discriminatedUnion('kind', [execCheck, httpCheck, tcpCheck, serviceCheck])).min(1),
      failover: failover.optional(),
    })
    .optional(),
});

export type JobManifest = z.infer<typeof jobManifestSchema>;
export type JobVariable = JobManifest['variables'][number];
export type Verification = NonNullable<JobManifest['verify']>;
export type Check = Verification['checks'][number];
export type ExecCheck = Extract<Check, { kind: 'exec' }>;
export type VariableValue = NonNullable<JobVariable['default']>;
