import type { Context } from '../../context.js';
import { NomadctlError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { draftScaffold, SCAFFOLD_KINDS, writeScaffold } from '../../jobs/catalogue/write-scaffold.js';
import { openCluster } from '../../targets/open-cluster.js';
import { flagOf, wordOf, type Command, type CommandInput, type CommandResult } from '../command.js';
import { DRIVERS } from './job-input.js';

export const command: Command = {
  arguments: [
    { name: 'kind', summary: `what to start from: ${SCAFFOLD_KINDS.join(', ')}`, required: true, completes: SCAFFOLD_KINDS },
    { name: 'name', summary: "the job's name; default: the kind" },
  ],
  flags: [
    { flag: '--driver <driver>', summary: 'what runs its tasks; default: one that the cluster has', choices: DRIVERS },
    { flag: '--namespace <name>', summary: 'the namespace that the file names; default: none' },
    { flag: '--plan', summary: 'print the file that would be written, and write nothing' },
  ],
  examples: ['nomadctl job new web', 'nomadctl job new periodic nightly-report'],
  about: [
    'Writes <name>.nomad.hcl into the current folder and never overwrites anything. The file fits the cluster that is meant: driver',
    'docker on hosts of its own, where raw_exec is off, and raw_exec on this computer.',
  ].join(' '),
  run: create,
};

async function create(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const kind = wordOf(input, 'kind') ?? '';
  const name = wordOf(input, 'name') ?? kind;
  const driver = flagOf(input, 'driver') ?? (await driverOfCluster(ctx));
  const request = { kind, name, driver, namespace: flagOf(input, 'namespace'), templates: ctx.paths.templates };
  if (input.flags['plan'] === true) {
    const { file, text } = await draftScaffold(request);
    return { data: { kind, name, file, driver, text }, text: `Would write ${file}\n\n${text.trimEnd()}\n\nNothing was written.` };
  }
  const file = await writeScaffold(request);
  return {
    data: { kind, name, file, driver },
    text: `Wrote ${file}`,
    next: nomadctl`job deploy ./${file}`,
  };
}

/** A file is written without a cluster, too; one that was named must be there. */
async function driverOfCluster(ctx: Context): Promise<string> {
  try {
    return (await openCluster(ctx)).target.ownHosts ? 'docker' : 'raw_exec';
  } catch (error) {
    if (error instanceof NomadctlError && ctx.global.cluster === undefined) return 'raw_exec';
    throw error;
  }
}
