import { randomInt } from 'node:crypto';
import { ensureSecret } from '../../config/secrets.js';
import type { Context } from '../../context.js';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { Secret } from '@nomadctl/base/secret/secret';
import { UCLOUD_SECRETS } from './secret-names.js';

/**
 * The root password of a cluster's hosts, made once and kept. UCloud wants one of every host, of 8 to 30 characters of two
 * kinds. Hosts refuse it from their first boot on, when the operator's key is in.
 */
export async function rootPasswordOf(paths: Pick<ClusterPaths, 'secrets'>, ctx: Pick<Context, 'redact'>): Promise<Secret> {
  return ensureSecret(paths, { name: UCLOUD_SECRETS.rootPassword, make: () => newPassword(ctx) }, ctx);
}

// No hyphen: UCloud allows it, and its terraform provider refuses it.
const KINDS = ['abcdefghijkmnopqrstuvwxyz', 'ABCDEFGHJKLMNPQRSTUVWXYZ', '23456789', '_+=.'];
const LENGTH = 28;

/** Has characters of all four kinds. */
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
