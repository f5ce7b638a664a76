import * as z from 'zod';
import { quotaKinds } from '../scope/catalogue.js';
import type { FaultSpec } from '../scope/faults.js';

// A file of its own, because zod takes longer to load than the rest of the emulator and few need it.

const effect = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ret-code'), code: z.int().min(1), message: z.string().optional() }),
  z.strictObject({ kind: z.literal('http-status'), status: z.int().min(400).max(599) }),
  z.strictObject({ kind: z.literal('delay'), ms: z.int().min(0).max(600_000) }),
  z.strictObject({ kind: z.literal('hang') }),
  z.strictObject({ kind: z.literal('reset'), when: z.enum(['before', 'after']) }),
  z.strictObject({ kind: z.literal('stale'), ms: z.number().min(0) }),
  z.strictObject({ kind: z.literal('host-state'), state: z.enum(['Install Fail', 'ResizeFail']) }),
  z.strictObject({
    kind: z.literal('quota'),
    resource: z.enum(quotaKinds),
    limit: z.int().min(0),
  }),
  z.strictObject({ kind: z.literal('sold-out'), zone: z.string().optional(), machineType: z.string().optional() }),
  z.strictObject({ kind: z.literal('foreign-holder'), subnet: z.string(), resource: z.string(), resourceType: z.string().optional() }),
]);

export const faultSchema: z.ZodType<FaultSpec> = z.strictObject({
  effect,
  action: z.string().min(1).optional(),
  params: z.record(z.string(), z.string()).optional(),
  skip: z.int().min(0).optional(),
  count: z.int().min(1).optional(),
  probability: z.number().min(0).max(1).optional(),
});

export const clockSchema = z.strictObject({
  set: z.iso.datetime({ offset: true }).optional(),
  advanceSeconds: z.number().min(0).optional(),
  scale: z.number().min(0).max(100_000).optional(),
});

/** @param complain throws, with every problem in one line. */
export function check<T>(schema: z.ZodType<T>, value: unknown, complain: (problems: string) => never): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  return complain(result.error.issues.map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message)).join('; '));
}
