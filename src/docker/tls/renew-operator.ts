import type { Redactor } from '@nomadctl/base/redact';
import { keptAuthority } from './engine-authority.js';
import { ensureClient } from './engine-client.js';
import { OPERATOR, type KeptFiles } from './kept-files.js';

/**
 * Another certificate for the client that nomadctl itself is, where the one that it has would not do any more. Whether one was made: not
 * where there is no authority to sign it. @throws ConfigError `docker-authority-torn`
 */
export async function renewDueOperator({ files, redact, now }: { files: KeptFiles; redact: Redactor; now: number }): Promise<boolean> {
  const authority = await keptAuthority({ files, redact });
  if (!authority) return false;
  return (await ensureClient(OPERATOR, { files, authority, now, redact })).made !== undefined;
}
