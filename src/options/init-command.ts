import { toText } from './from-text.js';
import type { SomeSettings } from './conflict.js';
import { flagName, type OptionValue } from './option.js';
import type { Source } from './resolve.js';
import { nomadctl, type Hint } from '@nomadctl/base/hint/hint';

/** What an `init` was told. */
export interface InitRequest {
  readonly cluster: string;
  /** Absent for a cluster that has a file: it says. */
  readonly target?: string | undefined;
  /** The file of `--from`. */
  readonly from?: string | undefined;
  readonly known: { readonly settings: Readonly<Record<string, unknown>>; readonly sources: Readonly<Record<string, Source>> };
}

/** The same `init` with some settings otherwise, to be pasted: flags that were given are given again. */
export function initCommand({ cluster, target, from, known }: InitRequest, changes: SomeSettings = {}): Hint {
  const fromFlags = Object.entries(known.sources).filter(([, { kind }]) => kind === 'flag');
  const before = Object.fromEntries(fromFlags.flatMap(([key]) => (known.settings[key] === undefined ? [] : [[key, known.settings[key]]])));
  const flags = Object.entries({ ...(before as SomeSettings), ...changes }).flatMap(([key, value]) => flagWords(key, value));
  const words = [...(target === undefined ? [] : ['--target', target]), ...(from === undefined ? [] : ['--from', from])];
  return nomadctl`init ${cluster} ${words} ${flags}`;
}

function flagWords(key: string, value: OptionValue): string[] {
  if (typeof value === 'boolean') return [value ? flagName(key) : flagName(key).replace('--', '--no-')];
  return [flagName(key), toText(value)];
}
