/** A parameter as callers write it: nested objects and lists become dotted names with indexes from 0. */
export type Param = string | number | boolean | undefined | readonly Param[] | { readonly [name: string]: Param };

/** `{ Disks: [{ Size: 20 }] }` -> `{ 'Disks.0.Size': '20' }`. What is undefined or an empty string is not sent, as UCloud's own SDKs do. */
export function encodeParams(params: { readonly [name: string]: Param }): Record<string, string> {
  return Object.fromEntries(Object.entries(params).flatMap(([name, value]) => pairsOf(name, value)));
}

function pairsOf(name: string, value: Param): [string, string][] {
  if (value === undefined || value === '') return [];
  if (typeof value === 'object') return Object.entries(value).flatMap(([key, inner]) => pairsOf(`${name}.${key}`, inner as Param));
  return [[name, String(value)]];
}
