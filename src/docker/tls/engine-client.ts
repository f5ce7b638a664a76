import { chmod } from 'node:fs/promises';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { readIfThere } from '@nomadctl/base/read-if-there';
import type { Redactor } from '@nomadctl/base/redact';
import { Secret } from '@nomadctl/base/secret/secret';
import type { ClientIdentity } from '../../clients/agent-endpoint.js';
import { leafFilesProblem, writeLeafFiles } from '../../security/authority/leaf-files.js';
import type { EngineAuthority } from './engine-authority.js';
import { CERTIFICATE_MODE, KEY_MODE, type ClientFiles, type KeptFiles } from './kept-files.js';

interface Surroundings {
  readonly files: KeptFiles;
  readonly authority: EngineAuthority;
  readonly now: number;
  readonly redact: Redactor;
}

/** Whose certificate, where it is, and why it was made now; nothing was where it would do as it is. */
export interface EngineClient {
  readonly name: string;
  readonly files: ClientFiles;
  readonly made?: string;
}

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** @throws UsageError `name-invalid` */
export function clientName(name: string): string {
  if (NAME.test(name)) return name;
  throw new UsageError(`"${name}" can be no name of a client`, {
    code: 'name-invalid',
    why: 'small letters, digits and dashes between them, 63 at the most: it is a folder and a part of a DNS name',
    next: nomadctl`docker tls create --help`,
  });
}

/**
 * The certificate of somebody who may ask engines: it is good for clients alone, and no engine may show it. Made where there is none,
 * where it would not do, or where that is asked.
 * @param anew why it is made in any case
 */
export async function ensureClient(name: string, at: Surroundings, anew?: string): Promise<EngineClient> {
  const { authority, now, redact } = at;
  const files = at.files.client(name);
  const because = anew ?? (await leafFilesProblem({ asker: name }, files, { authority, now, redact }));
  if (because !== undefined) {
    await writeLeafFiles({ asker: name }, files, { authority, now, redact });
    await chmod(files.key, KEY_MODE);
    await chmod(files.certificate, CERTIFICATE_MODE);
  }
  if ((await readIfThere(files.ca)) !== authority.trusted) await writeFileAtomic(files.ca, authority.trusted, CERTIFICATE_MODE);
  return { name, files, ...(because === undefined ? {} : { made: because }) };
}

/** As whom a client asks; nothing where it has no whole pair. */
export async function identityOf(files: ClientFiles, redact: Redactor): Promise<ClientIdentity | undefined> {
  const [certificate, key] = await Promise.all([readIfThere(files.certificate), readIfThere(files.key)]);
  if (certificate === undefined || key === undefined) return undefined;
  return { certificate, key: new Secret(key, redact), files };
}
