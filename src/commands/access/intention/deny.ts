import type { Command } from '../../command.js';
import { planFlag } from '../../job/job-input.js';
import { pairArguments, writeIntention } from './write-intention.js';

export const command: Command = {
  arguments: pairArguments,
  flags: [planFlag],
  examples: ['nomadctl access intention deny web redis'],
  about: 'Holds for new connections within a second; those that are open go on. Stronger than what is said of * (each).',
  run: (input, ctx) => writeIntention('deny', input, ctx),
};
