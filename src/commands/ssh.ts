import { openCluster } from '../targets/open-cluster.js';
import { wordOf, type Command } from './command.js';

export const command: Command = {
  arguments: [
    { name: 'node', summary: 'the node: server-1, client-2', required: true, completes: 'node' },
    { name: 'program', summary: 'a program to run instead of a shell, with its arguments', variadic: true },
  ],
  examples: ['nomadctl ssh client-1', 'nomadctl ssh server-1 consul members'],
  about:
    "A node on this computer is a folder and an address: the shell starts in the node's folder, with the node's own agents as CONSUL_HTTP_ADDR and NOMAD_ADDR. A terminal has no JSON: --json tells the program that would be run, and runs nothing.",
  async run(input, ctx) {
    const argv = input.args['program'];
    const { target, cluster, state } = await openCluster(ctx);
    const program = await target.programOn(cluster, state, {
      node: wordOf(input, 'node') ?? '',
      argv: Array.isArray(argv) ? (argv as string[]) : [],
      ctx,
    });
    if (ctx.global.json) return { data: { file: program.file, argv: program.argv, cwd: program.cwd }, text: '' };
    return { data: null, text: '', exitCode: await ctx.exec.attach(program.file, program.argv, { cwd: program.cwd, env: program.env }) };
  },
};
