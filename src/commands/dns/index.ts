import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { Command } from '../command.js';

export const command: Command = {
  flags: [
    { flag: '--enable', summary: "as root: have this computer's resolver ask the cluster about .consul, and about nothing else" },
    { flag: '--disable', summary: 'as root: put back exactly what was before' },
    { flag: '--plan', summary: 'with --enable or --disable: print what would be changed, and change nothing' },
    { flag: '--exit-code', summary: 'with --plan: exit with 10 when something would be changed' },
    { flag: '--serve', summary: 'answer at port 53: started by --enable', hidden: true },
  ],
  about: [
    'Without a flag: which names there are below .consul, who answers them, where they resolve, for jobs too, and lines for curl.',
    'One program can have them without root: nomadctl exec --names.',
  ].join(' '),
  examples: ['nomadctl dns', 'nomadctl dns --json', 'nomadctl dns --enable --plan', 'nomadctl dns --disable --plan'],
  async run({ flags }, ctx) {
    if (flags['serve'] === true) {
      await (await import('../../names/forwarder/run-forwarder.js')).runForwarder('/', ctx.signal);
      return undefined;
    }
    const [enables, disables] = [flags['enable'] === true, flags['disable'] === true];
    if (enables && disables)
      throw new UsageError('--enable and --disable at once', {
        code: 'flags-conflict',
        why: 'the one takes back what the other does',
        next: nomadctl`dns`,
      });
    const mode = { plan: flags['plan'] === true, exitCode: flags['exitCode'] === true };
    if (enables) return (await import('./enable.js')).enableNames(mode, ctx);
    if (disables) return (await import('./disable.js')).disableNames(mode, ctx);
    if (mode.plan)
      throw new UsageError('--plan is of --enable and --disable', {
        code: 'flags-conflict',
        why: 'dns without them changes nothing',
        next: nomadctl`dns --enable --plan`,
      });
    return (await import('./show-names.js')).showNames(ctx);
  },
};
