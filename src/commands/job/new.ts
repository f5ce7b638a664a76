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
    { flag: '--own', summary: 'into your own catalogue: a template with variables, and a check for "job verify"' },
    { flag: '--plan', summary: 'print the files that would be written, and write nothing' },
  ],
  examples: ['nomadctl job new web', 'nomadctl job new web shop --own', 'nomadctl job new periodic nightly-report'],
  about: [
    'Writes <name>.nomad.hcl into the current folder, with --own a folder <name> into jobs/ of the home, where deploy and verify find it by',
    'name. Never overwrites anything. It fits the cluster that is meant: driver docker on hosts of its own, where raw_exec is off, and',
    'raw_exec on this computer.',
  ].join(' '),
  run: create,
};

async function create(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const kind = wordOf(input, 'kind') ?? '';
  const name = wordOf(input, 'name') ?? kind;
  const driver = flagOf(input, 'driver') ?? (await driverOfCluster(ctx));
  const own = input.flags['own'] === true;
  const request = { kind, name, driver, namespace: flagOf(input, 'namespace'), own, paths: ctx.paths };
  if (input.flags['plan'] === true) {
    const { files } = await draftScaffold(request);
    const texts = files.map(({ path, text }) => `Would write ${path}\n\n${text.trimEnd()}\n`);
    return { data: { kind, name, driver, files }, text: [...texts, 'Nothing was written.'].join('\n') };
  }
  const { word, place, files } = await writeScaffold(request);
  return {
    data: { kind, name, file: place, driver, files: files.map(({ path }) => path) },
    text: files.map(({ path }) => `Wrote ${path}`).join('\n'),
    next: nomadctl`job deploy ${word}`,
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
