import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { ConfigError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { Account } from '../scope/accounts.js';
import { faultSchema } from './control-schema.js';
import type { FaultSpec } from '../scope/faults.js';
import { builtInImages, imageFeatures } from '../scope/base-images.js';
import { quotaKinds, type CatalogueSeed } from '../scope/catalogue.js';
import { hostDiskTypes } from '../scope/instance-types.js';
import { findRegion, regions } from '../scope/regions.js';
import { cloudTimings, type Timings } from '../scope/timings.js';

/** What an emulator can be given at its start, as a JSON file. */
export interface Seed {
  readonly accounts?: readonly Account[] | undefined;
  readonly timings?: Partial<Timings> | undefined;
  readonly faults?: readonly FaultSpec[] | undefined;
  /** Its `images`, `instanceTypes`, `quotas` and `prices`. */
  readonly catalogue?: CatalogueSeed | undefined;
}

const twice = (words: readonly string[]): string[] => [...new Set(words.filter((word, index) => words.indexOf(word) !== index))];
const region = z.string().refine((name) => findRegion(name) !== undefined, 'is no region');
const id = z.string().regex(/^org-[a-z0-9]+$/, 'must look like org-abc123');
const key = z.strictObject({
  publicKey: z.string().min(1),
  privateKey: z.string().min(1),
  actions: z.array(z.string().min(1)).optional(),
  regions: z.array(region).optional(),
  projects: z.array(id).optional(),
});
const account = z
  .strictObject({
    name: z.string().min(1),
    projects: z.array(z.strictObject({ id, name: z.string().min(1) })).min(1),
    keys: z.array(key).min(1),
  })
  .superRefine(({ projects, keys }, ctx) => {
    const own = projects.map((project) => project.id);
    keys.forEach(({ projects: wanted = [] }, index) => {
      for (const one of wanted.filter((project) => !own.includes(project)))
        ctx.addIssue({ code: 'custom', path: ['keys', index, 'projects'], message: `${one} is no project of this account` });
    });
  });
/** A key tells whose request it is, and a project whose a record is. */
const accounts = z
  .array(account)
  .min(1)
  .superRefine((all, ctx) => {
    for (const word of twice(all.flatMap(({ keys }) => keys.map(({ publicKey }) => publicKey))))
      ctx.addIssue({ code: 'custom', message: `the public key ${word} is there twice` });
    for (const word of twice(all.flatMap(({ projects }) => projects.map((project) => project.id))))
      ctx.addIssue({ code: 'custom', message: `the project ${word} is there twice` });
  });
const milliseconds = z.number().min(0).optional();
const timings = z.strictObject(Object.fromEntries(Object.keys(cloudTimings).map((name) => [name, milliseconds])));

const word = z.string().min(1).max(63);
const image = z.strictObject({
  name: word.refine((name) => !builtInImages.includes(name), 'is an image that is there already').describe('as DescribeImage lists it'),
  osName: word.optional().describe('default: the name'),
  osType: z.enum(['Linux', 'Windows']).optional().describe('default: Linux'),
  size: z.int().min(1).max(500).optional().describe('GB; default 20, of Windows 40'),
  features: z.array(z.enum(imageFeatures)).optional().describe('default: all'),
  regions: z.array(region).min(1).optional().describe('default: all; in a region it is in every zone'),
});
const diskType = z.enum(hostDiskTypes);
const isZone = (name: string): boolean => regions.some(({ zones }) => zones.includes(name));
const instanceType = z.strictObject({
  name: z.string().regex(/^[A-Z][A-Z0-9.]{0,19}$/, 'must look like N or OPRO'),
  zones: z.array(z.string().refine(isZone, 'is no zone')).min(1).optional().describe('default: all'),
  cpus: z.array(z.int().min(1).max(240)).min(1),
  memoryPerCpu: z.array(z.int().min(1).max(64)).min(1).describe('GB for each core'),
  cpuPlatforms: z.array(word).min(1).default(['Intel/Auto']),
  disks: z
    .array(z.strictObject({ boot: diskType, data: z.array(diskType) }))
    .min(1)
    .optional()
    .describe('boot disks, and the data disks that go with them; default: any'),
});
const price = z.number().min(0).optional();
const unique = <T extends { readonly name: string }>(items: readonly T[], ctx: z.RefinementCtx): void => {
  for (const name of twice(items.map((item) => item.name))) ctx.addIssue({ code: 'custom', message: `${name} is there twice` });
};
const schema = z.strictObject({
  accounts: accounts.optional(),
  timings: timings.optional().describe("milliseconds of the cloud's clock"),
  faults: z.array(faultSchema).optional(),
  images: z.array(image).superRefine(unique).optional().describe('base images besides those of UCloud'),
  instanceTypes: z.array(instanceType).superRefine(unique).optional().describe('types of machines, also in the place of built-in ones'),
  quotas: z
    .strictObject(Object.fromEntries(quotaKinds.map((kind) => [kind, z.int().min(0).optional()])))
    .optional()
    .describe('how many of a kind a project may have in a region'),
  prices: z
    .strictObject({
      ...{ core: price, memoryGb: price, mbps: price, trafficAddress: price },
      diskGb: z.partialRecord(z.enum([...hostDiskTypes, 'other']), z.number().min(0)).optional(),
    })
    .optional()
    .describe('CNY by the month'),
});

/** As JSON Schema, for editors. */
export function seedSchema(): object {
  return z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
}

/** @throws ConfigError naming every problem. */
export async function readSeed(path: string): Promise<Seed> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw refused(path, 'can not be read', { cause });
  });
  const document = parseJson(text, path);
  const parsed = schema.safeParse(document);
  if (!parsed.success) throw refused(path, 'is wrong', { why: parsed.error.issues.map((issue) => problem(issue, document)) });
  const { images, instanceTypes, quotas, prices, ...rest } = parsed.data;
  const offers = [images, instanceTypes, quotas, prices].some((part) => part !== undefined);
  return { ...rest, ...(offers ? { catalogue: { images, instanceTypes, quotas, prices } as CatalogueSeed } : {}) };
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw refused(path, 'is not JSON', { cause });
  }
}

function refused(path: string, what: string, parts: { readonly cause?: unknown; readonly why?: readonly string[] }): ConfigError {
  return new ConfigError(`The emulator's seed ${path} ${what}`, {
    code: 'emulator-seed',
    next: nomadctl`emulator --seed ${path}`,
    ...parts,
  });
}

/** Where it is, what is wrong with it, and what is there. Keys are secrets: they are not repeated. */
function problem({ path, message }: z.core.$ZodIssue, document: unknown): string {
  const value = path.reduce<unknown>((inner, name) => (inner as Record<PropertyKey, unknown> | undefined)?.[name], document);
  const isShown = ['string', 'number', 'boolean'].includes(typeof value) && !/Key$/.test(String(path.at(-1)));
  return `${path.length > 0 ? `${path.join('.')}: ` : ''}${message}${isShown ? ` (got ${JSON.stringify(value)})` : ''}`;
}
