import { readFileSync } from 'node:fs';
import { ConfigError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';

/** The certificate of the authority behind the states. @throws ConfigError `state-ca-missing` */
export function authorityOf(file: string): { pem: string; file: string } {
  try {
    return { pem: readFileSync(file, 'utf8'), file };
  } catch (cause) {
    throw new ConfigError(`${file}, the certificate of the authority behind the states, cannot be read`, {
      code: 'state-ca-missing',
      cause,
      next: nomadctl`config set state.ca <file>`,
    });
  }
}
