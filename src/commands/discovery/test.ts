import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { formatTable, tableLook } from '@nomadctl/base/table';
import type { Context } from '../../context.js';
import { prove, type Proof } from './prove.js';
import { flagOf, type Command, type CommandInput, type CommandResult } from '../command.js';
import { numberOf } from '../job/job-input.js';
import { openDiscovery } from './open-discovery.js';

const REQUESTS = 200;

export const command: Command = {
  flags: [
    { flag: '--requests <count>', summary: `requests to each balancer before anything is changed (default: ${REQUESTS})` },
    { flag: '--no-scale', summary: 'requests alone: leave every service as it is' },
  ],
  examples: ['nomadctl discovery test', 'nomadctl discovery test --no-scale --requests 1000'],
  about: [
    'Asks every balancer until each healthy instance has answered, then scales each service up by one and back while it goes on asking: the new instance',
    'must answer, the balancers must follow both times, and no request may fail. Exits with 1 otherwise. Instances are told apart by what they answer.',
  ].join(' '),
  run: test,
};

async function test(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const requests = numberOf(flagOf(input, 'requests'), '--requests') ?? REQUESTS;
  const { connection, record } = await openDiscovery(ctx);
  const proofs = await prove({ connection, topology: record.topology, requests, scale: input.flags['scale'] !== false }, ctx);
  const problems = proofs.flatMap((proof) => proof.problems.map((problem) => `${proof.balancer} for ${proof.service}: ${problem}`));
  if (problems.length > 0)
    throw new OutcomeError('the topology does not do what it promises', {
      code: 'discovery-failed',
      why: problems,
      next: nomadctl`discovery status`,
      details: { proofs },
    });
  const columns = ['SERVICE', 'BALANCER', 'REQUESTS', 'FAILED', 'INSTANCES THAT ANSWERED', 'ONE MORE', 'ONE LESS'];
  const rows = proofs.map(row);
  const total = proofs.reduce((sum, proof) => sum + proof.requests, 0);
  return {
    data: { proofs },
    text: [formatTable(columns, rows, tableLook(ctx.ui)), '', `${total} requests, none failed.`].join('\n'),
    next: nomadctl`discovery status`,
  };
}

function row({ service, balancer, requests, failed, answered, wanted, upMs, downMs }: Proof): string[] {
  const followed = (ms: number | undefined): string => (ms === undefined ? '-' : `followed within ${ms} ms`);
  return [service, balancer, String(requests), String(failed), `${answered} of ${wanted}`, followed(upMs), followed(downMs)];
}
