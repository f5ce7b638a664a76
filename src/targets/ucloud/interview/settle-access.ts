import { isIPv4 } from 'node:net';
import { AbortError } from '@nomadctl/base/errors';
import { anyoneAmong } from '../../../ucloud/settings/anyone.js';
import { callers, isPrivateAddress } from '../../../ucloud/settings/option-checks.js';
import { ucloudOptions } from '../../../ucloud/settings/options.js';
import { pocWarning } from '../../../ucloud/settings/profile.js';
import type { UcloudApi } from '../../../clients/ucloud/ucloud-api.js';
import { requireSetting, type InterviewContext, type ConnectedContext } from './interview-context.js';

/** Who may reach the cluster, and how open it is. */
export async function settleAccess(interview: ConnectedContext): Promise<void> {
  await settleProfile(interview);
  const { ui } = interview.ctx;
  if (!interview.isSettled('allowIp') && !interview.silent) {
    const own = ownAddress(interview.api);
    const known = interview.settings().allowIp;
    const usual = known?.join(',') ?? own;
    if (own === undefined) ui.note("This computer's address is translated on its way to UCloud: name the one that the outside sees");
    const message =
      own === undefined ? 'Who may reach the cluster?' : `Who may reach the cluster? (${own} is your address, as UCloud sees it)`;
    const check = (text: string): string | undefined => (words(text).length === 0 ? 'at least one range is needed' : callers(words(text)));
    interview.answer({ allowIp: words(await ui.ask.text({ message, check, ...(usual === undefined ? {} : { default: usual }) })) });
  }
  await agreeToAnyone(interview);
}

/** What can be said to be lacking before UCloud has been asked anything. */
export function requireAccess(interview: InterviewContext): void {
  const { allowIp, profile, acceptInsecure } = interview.settings();
  if (!interview.silent) return;
  if (allowIp === undefined) requireSetting(interview, 'allowIp');
  if (anyoneAmong(allowIp ?? []) !== undefined && !interview.settings().allowAnyone) requireSetting(interview, 'allowAnyone');
  if (profile === 'poc' && !acceptInsecure) {
    interview.ctx.ui.warn(pocWarning);
    requireSetting(interview, 'acceptInsecure');
  }
}

const words = (text: string): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

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

async function agreeToAnyone(interview: InterviewContext): Promise<void> {
  const { allowIp, allowAnyone } = interview.settings();
  if (anyoneAmong(allowIp ?? []) === undefined || allowAnyone || interview.silent) return;
  interview.ctx.ui.warn('Everybody on the internet will reach SSH, Consul and Nomad of this cluster');
  const message = 'Type yes to let the whole world in';
  const answer = await interview.ctx.ui.ask.text({ message });
  if (answer.trim().toLowerCase() !== 'yes') {
    throw new AbortError('Nothing was changed: the whole world was not let in', 1, {
      next: interview.again({ allowIp: ['203.0.113.7/32'] }),
    });
  }
  interview.answer({ allowAnyone: true });
}

async function settleProfile(interview: InterviewContext): Promise<void> {
  const { profile, acceptInsecure } = interview.settings();
  if (profile !== 'poc') return;
  interview.ctx.ui.warn(pocWarning);
  if (acceptInsecure || interview.silent) return;
  const agreed = await interview.ctx.ui.ask.confirm({ message: `${ucloudOptions.acceptInsecure.summary}?`, default: false });
  if (!agreed)
    throw new AbortError('Nothing was changed: profile poc was not agreed to', 1, {
      next: interview.again({ profile: 'secure' }),
    });
  interview.answer({ acceptInsecure: true });
}
