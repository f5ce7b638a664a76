import { consulVariables, nomadVariables } from '../cluster/connection.js';
import { openCluster, type OpenCluster } from '../targets/open-cluster.js';
import type { Context } from '../context.js';
import type { NodeProgram } from '../targets/target.js';
import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
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
  examples: ['nomadctl exec nomad node status', 'nomadctl exec client-1 consul members', 'nomadctl exec -- terraform plan'],
  about: "Runs a program with NOMAD_ADDR, CONSUL_HTTP_ADDR and the cluster's own programs on the PATH. Its exit code is ours.",
  async run(input, ctx) {
    const words = (input.args['words'] ?? []) as readonly string[];
    const open = await openCluster(ctx);
    const program = await programFor(open, words, ctx);
    return { data: null, text: '', exitCode: await ctx.exec.attach(program.file, program.argv, { cwd: program.cwd, env: program.env }) };
  },
};

/** Without a node: in the caller's own folder, with the caller's whole environment and the cluster's addresses. */
async function programFor(
  { target, cluster, state, connection }: OpenCluster,
  words: readonly string[],
  ctx: Context,
): Promise<NodeProgram> {
  const nodes = ((state['nodes'] ?? state['hosts'] ?? []) as readonly { name: string }[]).map(({ name }) => name);
  const [first = '', ...rest] = words;
  if (nodes.includes(first)) {
    if (rest.length === 0)
      throw new UsageError(`no program was given to run on ${first}`, { code: 'program-missing', next: nomadctl`ssh ${first}` });
    return target.programOn(cluster, state, { node: first, argv: rest, ctx });
  }
  const { nomad, consul } = connection();
  const program =
    (await target.programHere?.(cluster, state, { argv: words, ctx })) ??
    (await target.programOn(cluster, state, { node: nodes[0] ?? '', argv: words, ctx }));
  return {
    ...program,
    cwd: process.cwd(),
    env: { ...ctx.env, ...program.env, ...nomadVariables(nomad), ...consulVariables(consul) },
  };
}
