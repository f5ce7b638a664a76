import { homedir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'ini';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { again, hint, shell } from '@nomadctl/base/hint/hint';
import { readIfThere } from '@nomadctl/base/read-if-there';
import { Secret } from '@nomadctl/base/secret/secret';
import type { ObjectStoreKeys } from '../../clients/s3/signed-headers.js';
import type { StateContext } from '../state-owner.js';

/**
 * The keys that terraform's S3 backend would take: from the environment, else of a profile in the files that Amazon's programs share.
 * What has to be asked for first (roles, single sign-on, a host's own role) Amazon's own program puts into the environment.
 * https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
 * @throws PrerequisiteError `state-keys-missing`
 */
export async function objectStoreKeys({ env, redact }: Pick<StateContext, 'env' | 'redact'>): Promise<ObjectStoreKeys> {
  const given = keysIn({
    aws_access_key_id: env['AWS_ACCESS_KEY_ID'],
    aws_secret_access_key: env['AWS_SECRET_ACCESS_KEY'],
    aws_session_token: env['AWS_SESSION_TOKEN'],
  });
  const profile = env['AWS_PROFILE'] || 'default';
  const found = given ?? (await keysOfProfile(env, profile));
  if (!found) throw missing(profile);
  const { accessKey, secretKey, sessionToken } = found;
  return {
    accessKey,
    secretKey: new Secret(secretKey, redact),
    ...(sessionToken === undefined ? {} : { sessionToken: new Secret(sessionToken, redact) }),
  };
}

interface Found {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly sessionToken?: string;
}

function keysIn(section: Readonly<Record<string, unknown>> = {}): Found | undefined {
  const word = (name: string): string | undefined =>
    typeof section[name] === 'string' && section[name] !== '' ? section[name] : undefined;
  const [accessKey, secretKey, token] = [word('aws_access_key_id'), word('aws_secret_access_key'), word('aws_session_token')];
  if (accessKey === undefined || secretKey === undefined) return undefined;
  return { accessKey, secretKey, ...(token === undefined ? {} : { sessionToken: token }) };
}

async function keysOfProfile(env: StateContext['env'], profile: string): Promise<Found | undefined> {
  const folder = join(env['HOME'] ?? homedir(), '.aws');
  const sections = async (file: string): Promise<Readonly<Record<string, unknown>>> =>
    // A dot in a name would be a section within a section.
    parse(((await readIfThere(file)) ?? '').replace(/^\[(.*)\]\s*$/gm, (_, name: string) => `[${name.replaceAll('.', '\\.')}]`));
  const shared = await sections(env['AWS_SHARED_CREDENTIALS_FILE'] || join(folder, 'credentials'));
  const config = await sections(env['AWS_CONFIG_FILE'] || join(folder, 'config'));
  const names = [shared[profile], config[profile === 'default' ? profile : `profile ${profile}`]];
  return names.map((section) => keysIn(section as Record<string, unknown> | undefined)).find((keys) => keys !== undefined);
}

function missing(profile: string): PrerequisiteError {
  return new PrerequisiteError('no keys to the S3-compatible store are there', {
    code: 'state-keys-missing',
    why: `AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set, and no file of Amazon's programs has both for the profile ${profile}`,
    next: hint`set both, or ${shell`aws configure export-credentials --profile ${profile} --format env`}   prints them; then ${again()}`,
  });
}
