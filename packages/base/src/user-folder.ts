import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** What all clusters of a user share for as long as the computer runs, whatever their homes. */
export function userFolder(): string {
  return join(tmpdir(), `nomadctl-${userName()}`);
}

/** In containers a user may have a number and no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'user');
  }
}
