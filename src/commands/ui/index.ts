import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { wordOf, type Command } from '../command.js';

export const command: Command = {
  arguments: [{ name: 'service', summary: 'consul or nomad: print its own address and end', completes: ['consul', 'nomad'] }],
  flags: [
    { flag: '--open', summary: 'open it in the browser' },
    { flag: '--port <port>', summary: 'where it listens on this computer; default: any free one' },
    { flag: '--print', summary: 'print the addresses of Nomad and Consul themselves and end' },
  ],
  about:
    "Serves an overview of the cluster, Nomad's pages and Consul's pages on this computer until Ctrl-C. The address that it prints signs in once, one browser; the cluster's tokens stay here.",
  examples: ['nomadctl ui', 'nomadctl ui --open', 'nomadctl ui --port 8400', 'nomadctl ui --print', 'nomadctl ui nomad'],
  async run(input, ctx) {
    const service = wordOf(input, 'service');
    const isPlain = service !== undefined || input.flags['print'] === true;
    if (isPlain && input.flags['port'] !== undefined) {
      throw new UsageError('--port is for what nomadctl serves itself', {
        code: 'flags-conflict',
        why: 'the addresses of Nomad and Consul are those of their agents',
        next: nomadctl`ui --port ${String(input.flags['port'])}`,
      });
    }
    if (isPlain) return (await import('./plain-addresses.js')).plainAddresses(service, input, ctx);
    await (await import('./serve-ui.js')).serveUi(input, ctx);
    return undefined;
  },
};
