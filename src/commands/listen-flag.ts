import { UsageError } from '@nomadctl/base/errors';
import type { Hint } from '@nomadctl/base/hint/hint';
import { flagOf, type CommandInput, type FlagSpec } from './command.js';

/** An address and port that a command serves at. */
export interface ListenAddress {
  /** IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

/** @param fallback as it would be typed: `127.0.0.1:8390` */
export function listenFlag(fallback: string): FlagSpec {
  return { flag: '--listen <address:port>', summary: `where it listens; port 0: any free one; default ${fallback}` };
}

/** @throws UsageError `flag-invalid` with `next` */
export function listenOf(input: CommandInput, { fallback, next }: { readonly fallback: string; readonly next: Hint }): ListenAddress {
  const text = flagOf(input, 'listen') ?? fallback;
  const [, host, digits] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (host !== undefined && port <= 65_535) return { host: host.replace(/^\[(.*)\]$/, '$1'), port };
  throw new UsageError(`--listen must be an address and a port (got "${text}")`, { code: 'flag-invalid', next });
}

export function urlAt({ host, port }: ListenAddress, scheme: 'http' | 'https' = 'http'): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
