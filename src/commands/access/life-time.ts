import { UsageError } from '@nomadctl/base/errors';
import { again } from '@nomadctl/base/hint/hint';
import type { FlagSpec } from '../command.js';

export const DEFAULT_TTL = '30d';

export const ttlFlag: FlagSpec = {
  flag: '--ttl <time>',
  summary: `how long it lives: 90m, 8h, 30d, or never (default: ${DEFAULT_TTL})`,
};

const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds; nothing for `never`. @throws UsageError `ttl-invalid` */
export function lifeOf(text: string | undefined): number | undefined {
  const words = text ?? DEFAULT_TTL;
  if (words === 'never') return undefined;
  const parts = [...words.matchAll(/(\d{1,6})([mhd])/gy)];
  const ms = parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (UNITS_MS[unit] ?? 0), 0);
  if (ms > 0 && parts.map(([part]) => part).join('') === words) return ms;
  throw new UsageError(`"${words}" is no life time`, {
    code: 'ttl-invalid',
    why: 'minutes, hours or days, such as 90m, 8h, 1d12h or 30d; never for a token that does not end',
    next: again({ ttl: DEFAULT_TTL }),
  });
}
