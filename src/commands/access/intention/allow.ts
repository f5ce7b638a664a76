import type { Command } from '../../command.js';
import { planFlag } from '../../job/job-input.js';
import { pairArguments, writeIntention } from './write-intention.js';

export const command: Command = {
  arguments: pairArguments,
  flags: [planFlag],
  examples: ['nomadctl access intention allow web redis', "nomadctl access intention allow '*' metrics --plan"],
  about: 'Holds for new connections within a second. Where the cluster has access control, whoever is not allowed is refused.',
  run: (input, ctx) => writeIntention('allow', input, ctx),
};
