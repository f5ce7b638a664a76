import { PrerequisiteError } from '@nomadctl/base/errors';
import { asRoot } from '@nomadctl/base/hint/hint';
import type { RunCommand } from '../run-command.js';
import type { Names } from './names.js';
import { renderRemoval, renderRules, type Chain, type Hook, type RuleSet } from './render-rules.js';

/** The rules of one emulator among those of this computer. */
export interface Rules {
  /** One table changes as a whole, so that at no moment more gets through than before or after. @throws PrerequisiteError */
  apply(set: RuleSet, signal?: AbortSignal): Promise<void>;
  /** @throws PrerequisiteError */
  remove(): Promise<void>;
}

/** For the lock that legacy iptables has: others change rules, too. */
const WAIT_SECONDS = '10';

export function openRules(names: Names, run: RunCommand): Rules {
  const present = async (): Promise<Present> => ofInstance(await save(run), names);
  const restore = async (text: string, signal?: AbortSignal): Promise<void> => {
    await run('iptables-restore', ['--noflush', '--wait', WAIT_SECONDS], { input: text, signal }).catch((cause: unknown) => {
      throw refused(cause);
    });
  };
  return {
    async apply(set, signal) {
      await restore(renderRules(set, (await present()).hooks), signal);
    },
    async remove() {
      const text = renderRemoval(names, await present());
      if (text !== '') await restore(text);
    },
  };
}

/** Whether rules of anybody's name this network. */
export async function isInRules(network: string, run: RunCommand): Promise<boolean> {
  return (await save(run)).includes(` ${network} `);
}

interface Present {
  readonly hooks: readonly Hook[];
  readonly chains: readonly Chain[];
}

/** What of this instance is in the output of iptables-save. */
export function ofInstance(saved: string, { chain }: Names): Present {
  const prefix = chain('');
  const hooks: Hook[] = [];
  const chains: Chain[] = [];
  let table = '';
  for (const line of saved.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1);
    if (table !== 'filter' && table !== 'nat') continue;
    if (line.startsWith(`:${prefix}`)) chains.push({ table, name: line.slice(1, line.indexOf(' ')) });
    else if (line.includes(` -j ${prefix}`) && !line.startsWith(`-A ${prefix}`)) hooks.push({ table, line: line.slice('-A '.length) });
  }
  return { hooks, chains };
}

async function save(run: RunCommand): Promise<string> {
  return run('iptables-save', []).catch((cause: unknown) => {
    throw refused(cause);
  });
}

function refused(cause: unknown): PrerequisiteError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const isWithoutDocker = why.includes('DOCKER-USER');
  return new PrerequisiteError('The rules for the network of the emulated hosts could not be set', {
    code: 'emulator-iptables',
    cause,
    why: isWithoutDocker ? [why, 'the container engine runs without iptables'] : why,
    next: why.includes('ENOENT') ? asRoot`apt-get install iptables` : asRoot`iptables-save`,
  });
}
