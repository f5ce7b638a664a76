import { lookup, Resolver } from 'node:dns/promises';
import type { DnsAddress } from '../cluster/connection.js';

/** What somebody said to a question; `problem` where that was no answer. */
export interface DnsAnswer {
  readonly addresses: readonly string[];
  readonly problem?: string;
}

const PATIENCE_MS = 2000;

/** Asks one agent for the addresses of a name. It comes again over TCP where the answer says that there are more. Never throws. */
export async function askDns({ address, port }: DnsAddress, name: string): Promise<DnsAnswer> {
  const resolver = new Resolver({ timeout: PATIENCE_MS, tries: 1 });
  resolver.setServers([`${address}:${port}`]);
  return answerOf(resolver.resolve4(name));
}

/** Asks as every program of this computer does: /etc/hosts, then the system's resolver. Never throws. */
export async function askSystem(name: string): Promise<DnsAnswer> {
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('ETIMEOUT')), PATIENCE_MS).unref());
  return answerOf(Promise.race([lookup(name, { all: true, family: 4 }).then((all) => all.map(({ address }) => address)), late]));
}

const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'does not know it',
  ENODATA: 'has no address of it',
  ECONNREFUSED: 'nothing listens there',
  ETIMEOUT: 'no answer',
  EAI_AGAIN: 'no answer',
  EREFUSED: 'refuses to answer',
  ESERVFAIL: 'could not find out',
};

async function answerOf(asked: Promise<string[]>): Promise<DnsAnswer> {
  try {
    return { addresses: [...new Set(await asked)].sort() };
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    return { addresses: [], problem: WORDS[code] ?? WORDS[message] ?? (code || message) };
  }
}
