import { readFileSync } from 'node:fs';
import { ConfigError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';

/** The certificate of the authority behind the states. @throws ConfigError `state-ca-missing` */
export function authorityOf(file: string): { pem: string; file: string } {
  const pem = textOf(file);
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) throw unusable(`${file} holds no certificate of an authority (PEM)`);
  return { pem, file };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw unusable(`${file}, the certificate of the authority behind the states, cannot be read`, cause);
  }
}

function unusable(message: string, cause?: unknown): ConfigError {
  return new ConfigError(message, { code: 'state-ca-missing', cause, next: nomadctl`config set state.ca <file>` });
}
