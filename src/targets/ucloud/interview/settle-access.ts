import { isIPv4 } from 'node:net';
import { AbortError } from '@nomadctl/base/errors';
import { cidrs, isPrivateAddress } from '../../../ucloud/settings/option-checks.js';
import { ucloudOptions } from '../../../ucloud/settings/options.js';
import { pocWarning } from '../../../ucloud/settings/profile.js';
import type { UcloudApi } from '../../../clients/ucloud/ucloud-api.js';
import { lackSetting, type Desk, type OpenDesk } from './interview-context.js';

/** Who may reach the cluster, and how open it is. */
export async function settleAccess(desk: OpenDesk): Promise<void> {
  await settleProfile(desk);
  const { ui } = desk.ctx;
  if (!desk.isSettled('allowIp') && !desk.silent) {
    const own = ownAddress(desk.api);
    const known = desk.settings().allowIp;
    const usual = known?.join(',') ?? own;
    if (own === undefined) ui.note("This computer's address is translated on its way to UCloud: name the one that the outside sees");
    const message =
      own === undefined ? 'Who may reach the cluster?' : `Who may reach the cluster? (${own} is your address, as UCloud sees it)`;
    const check = (text: string): string | undefined => (words(text).length === 0 ? 'at least one range is needed' : cidrs(words(text)));
    desk.answer({ allowIp: words(await ui.ask.text({ message, check, ...(usual === undefined ? {} : { default: usual }) })) });
  }
  await agreeToAnyone(desk);
}

/** What can be said to be lacking before UCloud has been asked anything. */
export function lackAccess(desk: Desk): void {
  const { allowIp, profile, acceptInsecure } = desk.settings();
  if (!desk.silent) return;
  if (allowIp === undefined) lackSetting(desk, 'allowIp');
  if (isOpen(allowIp) && !desk.settings().allowAnyone) lackSetting(desk, 'allowAnyone');
  if (profile === 'poc' && !acceptInsecure) {
    desk.ctx.ui.warn(pocWarning);
    lackSetting(desk, 'acceptInsecure');
  }
}

const words = (text: string): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

const isOpen = (ranges: readonly string[] = []): boolean => ranges.some((range) => range.endsWith('/0'));

/**
 * The range of this computer's own address, when the connection tells what UCloud sees: a public address is not translated,
 * and neither is the way to a service in a private network. UCloud's API has no call that says it.
 */
export function ownAddress(api: Pick<UcloudApi, 'ends'>): string | undefined {
  const ends = api.ends();
  const [local, remote] = [plain(ends?.local), plain(ends?.remote)];
  if (local === undefined || remote === undefined) return undefined;
  return isPrivateAddress(local) && !isPrivateAddress(remote) ? undefined : `${local}/32`;
}

/** Sockets of both families show an IPv4 address inside of an IPv6 one. Firewalls of UCloud's take IPv4 alone. */
function plain(address = ''): string | undefined {
  const bare = address.replace(/^::ffff:/i, '');
  return isIPv4(bare) ? bare : undefined;
}

async function agreeToAnyone(desk: Desk): Promise<void> {
  const { allowIp, allowAnyone } = desk.settings();
  if (!isOpen(allowIp) || allowAnyone || desk.silent) return;
  desk.ctx.ui.warn('Everybody on the internet will reach SSH, Consul and Nomad of this cluster');
  const message = 'Type yes to let the whole world in';
  const answer = await desk.ctx.ui.ask.text({ message });
  if (answer.trim().toLowerCase() !== 'yes') {
    throw new AbortError('Nothing was changed: the whole world was not let in', 1, {
      next: desk.again({ allowIp: ['203.0.113.7/32'] }),
    });
  }
  desk.answer({ allowAnyone: true });
}

async function settleProfile(desk: Desk): Promise<void> {
  const { profile, acceptInsecure } = desk.settings();
  if (profile !== 'poc') return;
  desk.ctx.ui.warn(pocWarning);
  if (acceptInsecure || desk.silent) return;
  const agreed = await desk.ctx.ui.ask.confirm({ message: `${ucloudOptions.acceptInsecure.summary}?`, default: false });
  if (!agreed)
    throw new AbortError('Nothing was changed: profile poc was not agreed to', 1, {
      next: desk.again({ profile: 'secure' }),
    });
  desk.answer({ acceptInsecure: true });
}
