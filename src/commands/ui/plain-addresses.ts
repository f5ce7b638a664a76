import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { didYouMean } from '@nomadctl/base/suggest';
import type { Context } from '../../context.js';
import { openCluster } from '../../targets/open-cluster.js';
import type { CommandInput, CommandResult } from '../command.js';
import { openInBrowser } from './open-in-browser.js';

const SERVICES = ['nomad', 'consul'] as const;
type Service = (typeof SERVICES)[number];

/** The addresses of the agents themselves, for browsers that reach and trust them: of one program, or of both. */
export async function plainAddresses(word: string | undefined, input: CommandInput, ctx: Context): Promise<CommandResult> {
  const services = word === undefined ? SERVICES : [serviceNamed(word)];
  const isOpened = input.flags['open'] === true;
  const [service] = services;
  if (isOpened && (service === undefined || services.length > 1)) {
    throw new UsageError('--print --open would open two pages', {
      code: 'flags-conflict',
      why: 'say which one: nomad or consul; without --print, one page leads to both',
      next: nomadctl`ui --open`,
    });
  }
  const { connection } = await openCluster(ctx);
  const reached = await connection();
  const urls = Object.fromEntries(services.map((one) => [one, `${reached[one].url}/ui/`]));
  const text = word === undefined ? SERVICES.map((one) => `${one.padEnd(6)}  ${urls[one] ?? ''}`).join('\n') : (urls[word] ?? '');
  if (isOpened && service) await openInBrowser(urls[service] ?? '', ctx);
  return { data: word === undefined ? urls : { service: word, url: urls[word] }, text };
}

function serviceNamed(word: string): Service {
  const found = SERVICES.find((one) => one === word);
  if (found) return found;
  throw new UsageError(`"${word}" has no web interface${didYouMean(word, SERVICES)}`, {
    code: 'service-unknown',
    why: 'there are two: consul and nomad',
    next: nomadctl`ui nomad`,
  });
}
