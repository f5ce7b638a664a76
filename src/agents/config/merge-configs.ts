import type { Json } from '@nomadctl/base/json';

/** Settings of an agent, or of a block in them. What is undefined is left out. */
export interface Config {
  readonly [key: string]: Json | undefined;
}

/**
 * Merges parts into one configuration with sorted keys: moving a key from one part to another changes no file. Blocks are
 * merged; any other key may be in one part only.
 * @throws Error for a key that two parts say: a mistake in the tables.
 */
export function mergeConfigs(parts: readonly Config[], path = ''): Config {
  const keys = [...new Set(parts.flatMap((part) => Object.keys(part)))].sort();
  return Object.fromEntries(
    keys.flatMap((key) => {
      const said = parts.map((part) => part[key]).filter((value) => value !== undefined);
      if (said.length === 0) return [];
      if (said.every(isBlock)) return [[key, mergeConfigs(said, `${path}${key}.`)]];
      if (said.length > 1) throw new Error(`${path}${key} is said by ${said.length} parts of one configuration`);
      return [[key, said[0]]];
    }),
  );
}

function isBlock(value: Json | undefined): value is Config {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
