import type { OptionTable } from '../options/option.js';

/** What a cluster file needs to know of a place where clusters live. */
export interface TargetOptions {
  readonly id: string;
  readonly options: OptionTable;
}
