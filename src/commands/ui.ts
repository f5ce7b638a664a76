import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { didYouMean } from '@nomadctl/base/suggest';
import { openCluster } from '../targets/open-cluster.js';
import { wordOf, type Command } from './command.js';

export const command: Command = {
  arguments: [{ name: 'service', summary: 'consul or nomad', required: true, completes: ['consul', 'nomad'] }],
  flags: [{ flag: '--open', summary: 'open it in the browser' }],
  examples: ['nomadctl ui nomad', 'nomadctl ui consul --open'],
  async run(input, ctx) {
    const service = serviceNamed(wordOf(input, 'service') ?? '');
    const { connection } = await openCluster(ctx);
    const url = `${(await connection())[service].url}/ui/`;
    if (input.flags['open']) await ctx.exec.run(ctx.platform === 'darwin' ? 'open' : 'xdg-open', [url], { signal: ctx.signal });
    return { data: { service, url }, text: url };
  },
};

function serviceNamed(word: string): 'consul' | 'nomad' {
  if (word === 'consul' || word === 'nomad') return word;
  throw new UsageError(`"${word}" has no web interface${didYouMean(word, ['consul', 'nomad'])}`, {
    code: 'service-unknown',
    why: 'there are two: consul and nomad',
    next: nomadctl`ui nomad`,
  });
}
