import * as z from 'zod';
import { CHECK_DEFAULTS } from './manifest-defaults.js';

/** How to tell that a job works, as `job.json` says it. */

const group = z.string().min(1).describe('the group of the job');
export const title = z.string().min(1).describe('what stands in the output');
const port = z.string().min(1).describe('the label of a port of the group');
export const command = z.array(z.string()).min(1).describe('program and arguments');

const execCheck = z
  .strictObject({
    kind: z.literal('exec'),
    title,
    group,
    task: z.string().min(1).describe('the task of the group in which the command runs'),
    command,
    expect: z.string().optional().describe('what standard output must be, trimmed; a text between slashes is a regular expression'),
    timeout: z.number().int().min(1).max(300).optional().describe('how many seconds it may take; default 5'),
  })
  .describe('a command in a task of the newest running allocation of the group ends with 0');
const httpCheck = z
  .strictObject({
    kind: z.literal('http'),
    title,
    group,
    port,
    path: z.string().regex(/^\//, 'must begin with /').default(CHECK_DEFAULTS.http.path).describe('what is asked for'),
    status: z.number().int().default(CHECK_DEFAULTS.http.status).describe('the status that the answer must have'),
    expect: z.string().optional().describe('what the body must be; a text between slashes is a regular expression'),
  })
  .describe('the newest running allocation of the group answers over HTTP');
const tcpCheck = z
  .strictObject({
    kind: z.literal('tcp'),
    title,
    group,
    port,
    send: z
      .string()
      .min(1)
      .optional()
      .describe('what is said first, a byte for each character; without it the other side is only to accept'),
    expect: z
      .string()
      .optional()
      .describe(
        'with `send`: what comes back within a second or until the other side closes; a text between slashes is a regular expression',
      ),
  })
  .describe('the newest running allocation of the group accepts connections, and answers what it is told');
const mongoCheck = z
  .strictObject({
    kind: z.literal('mongo'),
    title,
    group,
    port,
    database: z.string().min(1).describe('the database that the commands are for'),
    commands: z
      .array(z.record(z.string(), z.unknown()))
      .min(1)
      .describe("commands of MongoDB's database, the name of each first, as documents in JSON"),
    expect: z.string().describe('what the answers must hold, as they come; a text between slashes is a regular expression'),
  })
  .describe("the newest running allocation of the group answers commands in MongoDB's protocol");
const serviceCheck = z
  .strictObject({
    kind: z.literal('service'),
    title,
    service: z.string().min(1).describe("the service's name in Consul"),
    passing: z.number().int().min(1).default(CHECK_DEFAULTS.service.passing).describe('how many instances must pass their checks'),
  })
  .describe('Consul knows a service that is well');

const metricCheck = z
  .strictObject({
    kind: z.literal('metric'),
    title,
    group,
    port,
    query: z.string().min(1).describe('a query of PromQL'),
    min: z.number().optional().describe('the least that each of its values may be; default: any'),
    series: z.number().int().min(1).optional().describe('how many series it must give; default 1'),
  })
  .describe('the newest running allocation of the group, a Prometheus, knows values of a query');
const dnsCheck = z
  .strictObject({
    kind: z.literal('dns'),
    title,
    group,
    port,
    name: z.string().min(1).describe('the name that is asked for'),
    expect: z.string().optional().describe('an address that it must have; a text between slashes is a regular expression'),
  })
  .describe('the newest running allocation of the group answers with addresses of a name');
const outputCheck = z
  .strictObject({
    kind: z.literal('output'),
    title,
    group,
    task: z.string().min(1).describe('the task of the group that prints'),
    expect: z.string().describe('a line that it has printed; a text between slashes is a regular expression'),
  })
  .describe(
    'the newest allocation of the group has ended well and printed a line; a periodic job, or a parameterized one that needs nothing told, is run once for it',
  );

const seen = z.string().min(1);
const distinctCheck = z
  .strictObject({
    kind: z.literal('distinct'),
    title,
    service: seen.describe('the service in Consul whose instances are asked in turn'),
    of: seen.describe("the service whose instances must all be seen in the answers; `${meta.NAME}` stands for a word of the job's meta"),
    path: z.string().regex(/^\//, 'must begin with /').optional().describe('what is asked for; default /'),
    expect: z.string().optional().describe('what every answer must be; a text between slashes is a regular expression'),
    requests: z.number().int().min(1).max(10_000).optional().describe('how often it is asked at most; default 200'),
  })
  .describe('a service gives as many different answers over HTTP as another one has instances that pass: each of them is reached');
const routesCheck = z
  .strictObject({
    kind: z.literal('routes'),
    title,
    service: seen.describe("the service in Consul that shows fabio's table of routes"),
    proxy: seen.describe('the service in Consul that requests go through'),
    prefix: seen.describe("what begins the tags that are routes; `${meta.NAME}` stands for a word of the job's meta"),
  })
  .describe('every instance of fabio has all routes that tags of healthy services ask for, and each route of HTTP is answered through it');

/** Every kind of check: a kind more is an entry here, a file in `src/jobs/verify/kinds/` and a line in its `index.ts`. */
export const checkSchema = z.discriminatedUnion('kind', [
  execCheck,
  httpCheck,
  tcpCheck,
  mongoCheck,
  serviceCheck,
  metricCheck,
  dnsCheck,
  outputCheck,
  distinctCheck,
  routesCheck,
]);
