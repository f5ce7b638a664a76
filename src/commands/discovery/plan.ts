import { nomadctl } from '@nomadctl/base/hint/hint';
import type { Context } from '../../context.js';
import { flagOf, type Command, type CommandInput, type CommandResult } from '../command.js';
import { fileFlag, wantedDiscovery } from './open-discovery.js';
import { planText, planTopology } from './plan-topology.js';

/** As the `up` that would follow. */
const FAILS = 1;
const CHANGES = 10;

export const command: Command = {
  flags: [
    fileFlag,
    {
      flag: '--exit-code',
      summary: 'exit with 10 when there are changes, and with 1 when they do not fit; without it a plan exits with 0',
    },
  ],
  examples: ['nomadctl discovery plan', 'nomadctl discovery plan --file topology.yaml --exit-code'],
  about:
    'Each job is planned by Nomad as if it were alone. Nothing is changed. The form of the file: schemas/topology.schema.json, and the guide.',
  run: plan,
};

/** `discovery plan`, and `discovery up --plan`. */
export async function plan(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const wanted = await wantedDiscovery(input, ctx);
  const planned = await planTopology(wanted, ctx);
  const { jobs } = planned;
  const fits = jobs.every(({ why }) => why.length === 0);
  const changes = jobs.some(({ doing }) => doing !== 'nothing');
  const file = flagOf(input, 'file');
  const up = nomadctl`discovery up ${file === undefined ? [] : ['--file', file]}`;
  return {
    data: { topology: wanted.topology, jobs, changes, fits },
    text: planText(wanted, planned, ctx),
    next: changes && fits ? up : nomadctl`discovery status`,
    exitCode: input.flags['exitCode'] !== true ? 0 : !fits ? FAILS : changes ? CHANGES : 0,
  };
}
