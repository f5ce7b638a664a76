import { randomInt } from 'node:crypto';
import type { Context } from '../../context.js';
import { Secret } from '@nomadctl/base/secret/secret';

// No hyphen: UCloud allows it, and its terraform provider refuses it.
const KINDS = ['abcdefghijkmnopqrstuvwxyz', 'ABCDEFGHJKLMNPQRSTUVWXYZ', '23456789', '_+=.'];
const LENGTH = 28;

/**
 * What the root passwords of new hosts are made from (templates/terraform/cluster/modules/host), itself a password with characters
 * of all four kinds. UCloud wants one of every host, of 8 to 30 characters of two kinds, and its terraform provider knows no other
 * login. Nobody keeps it: hosts forget theirs at their first boot, when the operator's key is in.
 */
export function newPassword({ redact }: Pick<Context, 'redact'>): Secret {
  const any = KINDS.join('');
  const rest = Array.from({ length: LENGTH - KINDS.length }, () => pick(any));
  const all = [...KINDS.map(pick), ...rest];
  for (let index = all.length - 1; index > 0; index--) {
    const other = randomInt(index + 1);
    [all[index], all[other]] = [all[other] ?? '', all[index] ?? ''];
  }
  return new Secret(all.join(''), redact);
}

function pick(letters: string): string {
  return letters[randomInt(letters.length)] ?? '';
}
