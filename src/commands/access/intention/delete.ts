import type { Command } from '../../command.js';
import { planFlag } from '../../job/job-input.js';
import { pairArguments, writeIntention } from './write-intention.js';

export const command: Command = {
  arguments: pairArguments,
  flags: [planFlag],
  examples: ['nomadctl access intention delete web redis'],
  about: 'What is said of * (each) decides then, or, where nothing is, whether the cluster has access control.',
  run: (input, ctx) => writeIntention('nothing', input, ctx),
};
