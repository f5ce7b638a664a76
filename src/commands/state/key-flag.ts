import type { FlagSpec } from '../command.js';

/** By what an operator opens what is encrypted for him. */
export const keyFlag: FlagSpec = { flag: '--key <file>', summary: 'your key file of age (default: age-key.txt in the home)' };
