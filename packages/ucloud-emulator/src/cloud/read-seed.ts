import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { ConfigError } from '@nomadctl/base/errors';
import type { Account } from '../scope/accounts.js';
import { faultSchema } from './control-schema.js';
import type { FaultSpec } from '../scope/faults.js';
import { findRegion } from '../scope/regions.js';
import { cloudTimings, type Timings } from '../scope/timings.js';

/** What an emulator can be given at its start, as a JSON file. */
export interface Seed {
  readonly accounts?: readonly Account[] | undefined;
  readonly timings?: Partial<Timings> | undefined;
  readonly faults?: readonly FaultSpec[] | undefined;
}

const id = z.string().regex(/^org-[a-z0-9]+$/, 'must look like org-abc123');
const key = z.strictObject({
  publicKey: z.string().min(1),
  privateKey: z.string().min(1),
  actions: z.array(z.string().min(1)).optional(),
  regions: z.array(z.string().refine((name) => findRegion(name) !== undefined, 'is no region')).optional(),
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
    const twice = (words: readonly string[]): string[] => [...new Set(words.filter((word, index) => words.indexOf(word) !== index))];
    for (const word of twice(all.flatMap(({ keys }) => keys.map(({ publicKey }) => publicKey))))
      ctx.addIssue({ code: 'custom', message: `the public key ${word} is there twice` });
    for (const word of twice(all.flatMap(({ projects }) => projects.map((project) => project.id))))
      ctx.addIssue({ code: 'custom', message: `the project ${word} is there twice` });
  });
const milliseconds = z.number().min(0).optional();
const timings = z.strictObject(Object.fromEntries(Object.keys(cloudTimings).map((name) => [name, milliseconds])));
const schema = z.strictObject({
  accounts: accounts.optional(),
  timings: timings.optional(),
  faults: z.array(faultSchema).optional(),
});

/** @throws ConfigError naming every problem. */
export async function readSeed(path: string): Promise<Seed> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ConfigError(`Cannot read the emulator's seed ${path}`, { code: 'emulator-seed', cause });
  });
  const parsed = schema.safeParse(parseJson(text, path));
  if (parsed.success) return parsed.data;
  throw new ConfigError(`The emulator's seed ${path} is wrong`, {
    code: 'emulator-seed',
    why: parsed.error.issues.map(({ path: place, message }) => `${place.join('.')}: ${message}`),
  });
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ConfigError(`The emulator's seed ${path} is not JSON`, { code: 'emulator-seed', cause });
  }
}
