import type { Changing } from './resource.js';

const settledBefore = new WeakMap<object, { readonly due: number; readonly record: object }>();

/** The record as it is by now; the same object as long as nothing new became of it, so that views of it can be kept. */
export function settled<T extends object>(record: T, now: number): T {
  const { pending } = record as Changing<T>;
  if (!pending || pending.length === 0 || (pending[0]?.at ?? 0) > now) return record;
  const due = pending.filter(({ at }) => at <= now);
  const before = settledBefore.get(record);
  if (before?.due === due.length) return before.record as T;
  const result = { ...Object.assign({}, record, ...due.map(({ set }) => set)), pending: pending.slice(due.length) } as T;
  settledBefore.set(record, { due: due.length, record: result });
  return result;
}
