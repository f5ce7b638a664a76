import { isRefusal } from '../../../clients/ucloud/ret-codes.js';
import { openUcloud, type UcloudApi, type UcloudKeys } from '../../../clients/ucloud/ucloud-api.js';
import { writeSecrets } from '../../../config/secrets.js';
import type { Context } from '../../../context.js';
import { AbortError, NomadctlError } from '@nomadctl/base/errors';
import { KEY_VARIABLES, missingVariable } from '../../../ucloud/account/environment-keys.js';
import { cliProfiles, keptKeys, surroundingKeys, type FoundKeys } from '../../../ucloud/account/credentials.js';
import type { Desk } from './interview-context.js';

/** The keys that UCloud believed, and a way to keep those that will not be found again by themselves. */
export interface SettledKeys {
  readonly api: UcloudApi;
  keep(): Promise<void>;
}

const ATTEMPTS = 5;
const WRONG_KEYS = [171, 172, 174];

/**
 * Takes the keys of the environment; else those that were kept, those of UCloud's own program, or asks. They are tried at
 * once, and nothing is kept before they worked. Nothing where there are none and nobody can be asked: the desk knows.
 */
export async function settleKeys(desk: Desk): Promise<SettledKeys | undefined> {
  const { ctx, request } = desk;
  const found = await surroundingKeys(ctx, desk.cluster);
  if (found) return settled(found, await tried(found, desk), desk);
  const missing = missingVariable(ctx.env);
  if (missing !== undefined) ctx.ui.warn(`${missing} is not set: its other half in the environment is of no use`);
  const kept = await keptKeys({ name: desk.cluster, paths: request.paths }, ctx);
  const works = kept && (await orWarn(() => tried(kept, desk), ctx));
  if (kept && works) return settled(kept, works, desk);
  if (!ctx.ui.ask.canAsk) return takeProfile(desk);
  return askForKeys(desk);
}

async function takeProfile(desk: Desk): Promise<SettledKeys | undefined> {
  const profiles = await cliProfiles(desk.ctx);
  const wanted = desk.ctx.env['UCLOUD_PROFILE'] ?? (profiles.length === 1 ? profiles[0]?.profile : 'default');
  const profile = profiles.find((candidate) => candidate.profile === wanted);
  if (profile) return settled(profile, await tried(profile, desk), desk);
  const [first] = profiles;
  if (first) {
    const names = profiles.map(({ profile: name }) => name).join(', ');
    desk.lack('UCLOUD_PROFILE', `in the environment: one of ${names}, which ${first.where} has`);
    return undefined;
  }
  for (const variable of KEY_VARIABLES[0]) desk.lack(variable, 'in the environment: keys are never given as flags');
  return undefined;
}

async function askForKeys(desk: Desk): Promise<SettledKeys> {
  const { ctx } = desk;
  const profile = await chooseProfile(desk);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const found = attempt === 1 && profile ? profile : { keys: await typedKeys(ctx), where: '' };
    const works = await orWarn(() => tried(found, desk), ctx);
    if (works) return settled(found, works, desk);
  }
  throw new AbortError('Nothing was changed: UCloud refused the keys five times', 1, {
    next: 'look them up at https://console.ucloud.cn/uaccount/api_manage',
  });
}

async function chooseProfile({ ctx }: Desk): Promise<FoundKeys | undefined> {
  const profiles = await cliProfiles(ctx);
  if (profiles.length === 0) return undefined;
  const choices = [
    ...profiles.map(({ profile, where }) => ({ value: profile, hint: `profile of ${where}` })),
    { value: OTHER, label: 'others', hint: 'type them' },
  ];
  const chosen = await ctx.ui.ask.choice({ message: 'Keys to UCloud', choices, default: profiles[0]?.profile ?? OTHER });
  return profiles.find(({ profile }) => profile === chosen);
}

/** No profile can be called so. */
const OTHER = '';

async function typedKeys({ ui: { ask }, redact }: Context): Promise<UcloudKeys> {
  const check = (value: string): string | undefined => (value.trim() === '' ? 'must not be empty' : undefined);
  const publicKey = (await ask.secret({ message: 'Public key', check })).trim();
  const privateKey = (await ask.secret({ message: 'Private key', check })).trim();
  redact.add(privateKey);
  return { publicKey, privateKey };
}

/** Two calls that every pair of keys may make; the second one's answer is asked for again later, when projects are offered. */
async function tried({ keys, where }: FoundKeys, { ctx, settings }: Desk): Promise<UcloudApi> {
  const api = openUcloud({ baseUrl: settings().baseUrl ?? '', credentials: keys, ctx });
  const { Regions } = await api.call('GetRegion', {});
  const regions = new Set(Regions.map(({ Region }) => Region)).size;
  ctx.ui.note(`The keys${where && ` of ${where}`} work (checked with GetRegion: ${regions} regions)`);
  return api;
}

/** Keys that are wrong are said so at once, and others may be tried; every other trouble ends the interview. */
async function orWarn<Value>(attempt: () => Promise<Value>, { ui }: Context): Promise<Value | undefined> {
  try {
    return await attempt();
  } catch (error) {
    if (!isRefusal(error, ...WRONG_KEYS) || !(error instanceof NomadctlError)) throw error;
    const origin = error.why.find((line) => line.startsWith('the keys are those of')) ?? '';
    ui.warn([error.message, ...(origin === '' ? [] : [origin])].join('; '));
    return undefined;
  }
}

function settled({ keys, findable }: FoundKeys, api: UcloudApi, { request, ctx }: Desk): SettledKeys {
  return {
    api,
    async keep() {
      if (findable) return;
      await writeSecrets(request.paths, { ucloudPublicKey: keys.publicKey, ucloudPrivateKey: keys.privateKey }, ctx);
    },
  };
}
