import { Secret, type ChildEnvironment } from '@nomadctl/base/secret/secret';
import type { StateContext } from '../state-owner.js';

type Surroundings = Pick<StateContext, 'env' | 'redact'>;

/** Variables by which terraform's S3 backend is let in. https://developer.hashicorp.com/terraform/language/backend/s3#credentials */
const AWS = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_PROFILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_CONFIG_FILE',
];
const SECRET_AWS = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

/**
 * The token of the Consul that keeps states: `NOMADCTL_STATE_TOKEN`, else Consul's own variable. The first is for shells in which
 * the second is that of a cluster, as `nomadctl env` sets it.
 */
export function consulToken({ env, redact }: Surroundings): Secret | undefined {
  const token = env['NOMADCTL_STATE_TOKEN'] || env['CONSUL_HTTP_TOKEN'];
  return token ? new Secret(token, redact) : undefined;
}

export function awsEnvironment({ env, redact }: Surroundings): ChildEnvironment {
  const given = AWS.flatMap((name) => {
    const value = env[name];
    return value ? [[name, SECRET_AWS.includes(name) ? new Secret(value, redact) : value] as const] : [];
  });
  return Object.fromEntries(given);
}

/** By which an HTTP server lets in whoever has a name and a password there. */
export interface HttpCredentials {
  readonly env: ChildEnvironment;
  readonly authorization?: Secret;
}

/** https://developer.hashicorp.com/terraform/language/backend/http#configuration-variables */
export function httpCredentials({ env, redact }: Surroundings): HttpCredentials {
  const { TF_HTTP_USERNAME: name, TF_HTTP_PASSWORD: password } = env;
  if (!name || !password) return { env: {} };
  const secret = new Secret(password, redact);
  const pair = Buffer.from(`${name}:${password}`).toString('base64');
  return { env: { TF_HTTP_USERNAME: name, TF_HTTP_PASSWORD: secret }, authorization: new Secret(`Basic ${pair}`, redact) };
}
