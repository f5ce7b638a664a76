import type { Context } from '../../context.js';
import { previewPlan } from '../../engine/preview-plan.js';
import { runPlan } from '../../engine/run-plan.js';
import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { mirrorPlan } from '../../plans/mirror.js';
import { flagOf, type Command, type CommandInput, type CommandResult } from '../command.js';
import { wantedVersions } from '../wanted-versions.js';
import { showPlan } from '../plan-flags.js';
import { mirrorFolder } from './mirror-folder.js';

export const command: Command = {
  flags: [
    { flag: '--to <folder>', summary: 'where the mirror is; default: mirror in the home of nomadctl' },
    { flag: '--consul <version>', summary: "Consul's version; default: the cluster's" },
    { flag: '--nomad <version>', summary: "Nomad's version; default: the cluster's" },
    { flag: '--provider <name>', summary: 'a provider of terraform, such as ucloud/ucloud or ucloud/ucloud@1.39.2', repeatable: true },
    { flag: '--plan', summary: 'print what would be done, and change nothing' },
    { flag: '--exit-code', summary: 'with --plan: exit with 10 when there is something to do' },
  ],
  examples: ['nomadctl mirror build', 'nomadctl mirror build --to /srv/files --provider ucloud/ucloud'],
  about:
    'Takes the official releases where they can be reached, and checks their signature; else packs the programs of this computer, built from source where there are none. Providers come from the plugin folders of terraform. The layout is that of releases.hashicorp.com and of terraform providers mirror.',
  run: build,
};

async function build(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const root = mirrorFolder(input, 'to', ctx);
  const wanted = await wantedVersions(ctx);
  const providers = providersOf(input);
  const plan = mirrorPlan({
    root,
    consul: flagOf(input, 'consul') ?? wanted.consul,
    nomad: flagOf(input, 'nomad') ?? wanted.nomad,
    providers,
  });
  const title = `Mirror in ${root}`;
  if (input.flags['plan']) return showPlan(await previewPlan(plan, ctx, { subject: {} }), { input, ctx, title });
  ctx.ui.note(title);
  const { ran } = await runPlan(plan, ctx, { subject: {} });
  return {
    data: { folder: root, added: ran },
    text: root,
    next: nomadctl`mirror serve ${flagOf(input, 'to') === undefined ? [] : ['--from', root]}`,
  };
}

function providersOf(input: CommandInput): readonly string[] {
  const providers = input.flags['provider'];
  const words = Array.isArray(providers) ? (providers as readonly string[]) : typeof providers === 'string' ? [providers] : [];
  const wrong = words.find((word) => !/^[a-z0-9-]+\/[a-z0-9-]+(@\d+\.\d+\.\d+)?$/.test(word));
  if (wrong === undefined) return words;
  throw new UsageError(`--provider must be such as ucloud/ucloud or ucloud/ucloud@1.39.2 (got "${wrong}")`, {
    code: 'flag-invalid',
    next: nomadctl`mirror build --provider ucloud/ucloud`,
  });
}
