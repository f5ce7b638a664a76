import * as z from 'zod';
import { balancerNames, type BalancerName } from './balancers/index.js';
import { ROLES } from './topology.js';

/** The file that a person writes. Loaded for such a file alone: what the cluster keeps was checked before. */

const variables = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
  .default({})
  .describe("values of the template's variables, as `job deploy --var` takes them");

const service = z.strictObject({
  instances: z
    .int()
    .min(0)
    .max(200)
    .default(2)
    .describe('how many instances, spread over the hosts with role `app`; `discovery scale` changes it'),
  service: z
    .string()
    .regex(/^[A-Za-z0-9-]+$/, 'must be letters, digits and -')
    .optional()
    .describe('its name in Consul, where that is not the name of the job'),
  path: z
    .string()
    .regex(/^\/\S*$/, 'must begin with /')
    .default('/')
    .describe('what `discovery test` asks for; the answer has to tell one instance from another'),
  variables,
});

const balancer = z.strictObject({
  serves: z.string().min(1).describe('the service, by its name under `services`'),
  variables,
});

const balancerFields = Object.fromEntries(
  balancerNames.map((name) => [name, balancer.optional().describe(`the job \`${name}\` of the catalogue`)]),
) as Record<BalancerName, z.ZodOptional<typeof balancer>>;

export const topologySchema = z.strictObject({
  $schema: z.string().optional().describe('for editors, which complete the file from it; nomadctl does not look at it'),
  hosts: z
    .record(z.string(), z.array(z.enum(ROLES)).min(1))
    .optional()
    .describe(
      'clients of the cluster by their names, each with its roles: `app` has instances, `balancer` has balancers; absent: every client is an `app`, and the last one a `balancer`, too',
    ),
  services: z
    .record(z.string(), service)
    .refine((all) => Object.keys(all).length > 0, 'must have one service at least')
    .describe('by the name of a job in the catalogue'),
  balancers: z.strictObject(balancerFields).default({}).describe('by the name of a balancer'),
  jobs: z
    .array(z.string().min(1))
    .default([])
    .describe('other jobs of the catalogue that belong to it, such as `registry` or `dnsmasq`; they come up first'),
});
