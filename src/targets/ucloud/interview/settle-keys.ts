import { isRefusal } from '../../../clients/ucloud/ret-codes.js';
import { openUcloud, type UcloudApi } from '../../../clients/ucloud/ucloud-api.js';
import type { Context } from '../../../context.js';
import { AbortError, NomadctlError } from '@nomadctl/base/errors';
import { hint } from '@nomadctl/base/hint/hint';
import { Secret } from '@nomadctl/base/secret/secret';
import { cliProfiles, type CliProfile } from '../../../ucloud/account/cli-profiles.js';
import { findKeys, keepKeys, KEY_VARIABLES, missingVariable, type FoundKeys } from '../../../ucloud/account/find-keys.js';
import type { InterviewContext } from './interview-context.js';

/** Keys that UCloud accepted. `keep` stores them, unless the next run finds them by itself. */
export interface SettledKeys {
  readonly api: UcloudApi;
  keep(): Promise<void>;
}

const ATTEMPTS = 5;
const WRONG_KEYS = [171, 172, 174];

/**
 * Tries the keys it finds against UCloud, strongest first, and keeps nothing before a pair has worked. When no pair works,
 * it asks for one. Where nobody can be asked, it notes the missing flags in `interview` and returns nothing.
 */
export async function settleKeys(interview: InterviewContext): Promise<SettledKeys | undefined> {
  const { ctx, request, cluster } = interview;
  const { canAsk } = ctx.ui.ask;
  const missing = missingVariable(ctx.env);
  if (missing !== undefined) ctx.ui.warn(`${missing} is not set: its other half in the environment is of no use`);
  // Read once, when they are needed: what is wrong with their file is said then.
  let reading: Promise<readonly CliProfile[]> | undefined;
  const profiles = (): Promise<readonly CliProfile[]> => (reading ??= cliProfiles(ctx));
  for await (const found of findKeys({ cluster, paths: request.paths, ...(canAsk ? {} : { profiles }) }, ctx)) {
    // Kept keys may have been replaced since; whoever names others means them.
    const api = found.source === 'secrets file' ? await orWarn(() => tried(found, interview), ctx) : await tried(found, interview);
    if (api) return settled(found, api, interview);
  }
  if (canAsk) return askForKeys(interview);
  requireKeys(interview, await profiles());
  return undefined;
}

function requireKeys(interview: InterviewContext, profiles: readonly CliProfile[]): void {
  const [first] = profiles;
  if (first) {
    const names = profiles.map(({ profile }) => profile).join(', ');
    interview.requireFlag('UCLOUD_PROFILE', `in the environment: one of ${names}, which ${first.where} has`);
  } else for (const variable of KEY_VARIABLES[0]) interview.requireFlag(variable, 'in the environment: keys are never given as flags');
}

async function askForKeys(interview: InterviewContext): Promise<SettledKeys> {
  const { ctx } = interview;
  const profile = await chooseProfile(interview);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const found = attempt === 1 && profile ? profile : await typedKeys(ctx);
    const works = await orWarn(() => tried(found, interview), ctx);
    if (works) return settled(found, works, interview);
  }
  throw new AbortError('Nothing was changed: UCloud refused the keys five times', 1, {
    next: hint`look them up at https://console.ucloud.cn/uaccount/api_manage`,
  });
}

async function chooseProfile({ ctx }: InterviewContext): Promise<FoundKeys | undefined> {
  const profiles = await cliProfiles(ctx);
  if (profiles.length === 0) return undefined;
  const choices = [
    ...profiles.map(({ profile, where }) => ({ value: profile, hint: `profile of ${where}` })),
    { value: OTHER, label: 'others', hint: 'type them' },
  ];
  const chosen = await ctx.ui.ask.choice({ message: 'Keys to UCloud', choices, default: profiles[0]?.profile ?? OTHER });
  const found = profiles.find(({ profile }) => profile === chosen);
  return found && { ...found, source: 'profile' };
}

/** No profile can be called so. */
const OTHER = '';

async function typedKeys({ ui: { ask }, redact }: Context): Promise<FoundKeys> {
  const check = (value: string): string | undefined => (value.trim() === '' ? 'must not be empty' : undefined);
  const typed = async (message: string): Promise<Secret> => new Secret((await ask.secret({ message, check })).trim(), redact);
  return { source: 'answer', where: '', keys: { publicKey: await typed('Public key'), privateKey: await typed('Private key') } };
}

/** Two calls that every pair of keys may make; the second one's answer is asked for again later, when projects are offered. */
async function tried({ keys, where }: FoundKeys, { ctx, settings }: InterviewContext): Promise<UcloudApi> {
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

function settled(found: FoundKeys, api: UcloudApi, { request, ctx }: InterviewContext): SettledKeys {
  return { api, keep: () => keepKeys(found, request.paths, ctx) };
}
