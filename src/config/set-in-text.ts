import type { OptionValue } from '../options/option.js';
import { setInYaml } from './edit-yaml.js';
import { withoutMark } from './generated-mark.js';
import { migrateText } from './migrate.js';

/** The text of a cluster file with some keys set, everything else as it was; it is the user's own from then on. Expects YAML. */
export function setInText(text: string, values: Readonly<Record<string, OptionValue>>): string {
  return Object.entries(values).reduce((before, [key, value]) => setInYaml(before, key, value), migrateText(withoutMark(text)));
}
