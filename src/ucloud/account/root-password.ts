import { randomInt } from 'node:crypto';
import { readSecrets, writeSecrets } from '../../config/secrets.js';
import type { Context } from '../../context.js';
import type { ClusterPaths } from '@nomadctl/base/paths';

/**
 * UCloud wants a root password of every host, of 8 to 30 characters and two of their kinds; ours has all four. It is made
 * once per cluster. Hosts refuse it at their first boot, when the operator's key is in.
 */
export async function rootPasswordOf(paths: Pick<ClusterPaths, 'secrets'>, ctx: Pick<Context, 'redact'>): Promise<string> {
  const { rootPassword } = await readSecrets(paths, ctx);
  if (rootPassword) return rootPassword;
  const made = newPassword();
  await writeSecrets(paths, { rootPassword: made }, ctx);
  return made;
}

// No hyphen: UCloud allows it, and its terraform provider refuses it.
const KINDS = ['abcdefghijkmnopqrstuvwxyz', 'ABCDEFGHJKLMNPQRSTUVWXYZ', '23456789', '_+=.'];
const LENGTH = 28;

export function newPassword(): string {
  const any = KINDS.join('');
  const rest = Array.from({ length: LENGTH - KINDS.length }, () => pick(any));
  const all = [...KINDS.map(pick), ...rest];
  for (let index = all.length - 1; index > 0; index--) {
    const other = randomInt(index + 1);
    [all[index], all[other]] = [all[other] ?? '', all[index] ?? ''];
  }
  return all.join('');
}

function pick(letters: string): string {
  return letters[randomInt(letters.length)] ?? '';
}
