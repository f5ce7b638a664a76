import { consulVariables, nomadVariables } from '../cluster/connection.js';
import { openCluster, type OpenCluster } from '../targets/open-cluster.js';
import type { Context } from '../context.js';
import type { NodeProgram } from '../targets/target.js';
import { NomadctlError, UsageError } from '@nomadctl/base/errors';
import { firstCommand, nomadctl } from '@nomadctl/base/hint/hint';
import { didYouMean } from '@nomadctl/base/suggest';
import type { Command } from './command.js';

export const command: Command = {
  arguments: [
    {
      name: 'words',
      summary: 'a node, if you like, then the program and its arguments',
      required: true,
      variadic: true,
      completes: 'node',
    },
  ],
  flags: [{ flag: '--names', summary: 'names below .consul resolve for the program, by an /etc/hosts of its own; needs no root' }],
  examples: [
    'nomadctl exec nomad node status',
    'nomadctl exec client-1 consul members',
    'nomadctl exec -- terraform plan',
    'nomadctl exec --names getent hosts consul.service.consul',
  ],
  about: "Runs a program with NOMAD_ADDR, CONSUL_HTTP_ADDR and the cluster's own programs on the PATH. Its exit code is ours.",
  async run(input, ctx) {
    const words = (input.args['words'] ?? []) as readonly string[];
    const open = await openCluster(ctx);
    const program = await programFor(open, words, ctx);
    const attach = async (): Promise<number> =>
      input.flags['names'] === true
        ? (await import('./dns/run-with-names.js')).runWithNames(program, { open, ctx })
        : ctx.exec.attach(program.file, program.argv, { cwd: program.cwd, env: program.env });
    return { data: null, text: '', exitCode: await attach().catch((error: unknown) => neither(error, words, nodesOf(open))) };
  },
};

function nodesOf({ state }: Pick<OpenCluster, 'state'>): string[] {
  return ((state['nodes'] ?? state['hosts'] ?? []) as readonly { name: string }[]).map(({ name }) => name);
}

/** @throws UsageError where the first word is no program, and may have been meant as a node; else the error as it came. */
function neither(error: unknown, [first = '']: readonly string[], nodes: readonly string[]): never {
  if (!(error instanceof NomadctlError) || error.code !== 'tool-not-found' || nodes.includes(first)) throw error;
  // A program that can be installed is meant as one.
  if (error.next && firstCommand(error.next)?.[0] === 'tools') throw error;
  throw new UsageError(`${first} is neither a node of this cluster nor a program on the PATH${didYouMean(first, nodes)}`, {
    code: 'node-unknown',
    why: `nodes: ${nodes.join(', ')}`,
    next: nomadctl`status`,
    cause: error,
  });
}

/** Without a node: in the caller's own folder, with the caller's whole environment and the cluster's addresses. */
async function programFor(
  { target, cluster, state, connection }: OpenCluster,
  words: readonly string[],
  ctx: Context,
): Promise<NodeProgram> {
  const nodes = nodesOf({ state });
  const [first = '', ...rest] = words;
  if (nodes.includes(first)) {
    if (rest.length === 0)
      throw new UsageError(`no program was given to run on ${first}`, { code: 'program-missing', next: nomadctl`ssh ${first}` });
    return target.programOn(cluster, state, { node: first, argv: rest, ctx });
  }
  const { nomad, consul } = await connection();
  const program =
    (await target.programHere?.(cluster, state, { argv: words, ctx })) ??
    (await target.programOn(cluster, state, { node: nodes[0] ?? '', argv: words, ctx }));
  return {
    ...program,
    cwd: process.cwd(),
    env: { ...ctx.env, ...program.env, ...nomadVariables(nomad), ...consulVariables(consul) },
  };
}
