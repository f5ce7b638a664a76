import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Who may use a gateway: whoever has the secret of the first address, once, and the browser that used it. */
export interface SignIn {
  /** The path of the first address. */
  readonly path: string;
  /**
   * Takes the secret of a path; it counts once.
   * @returns the value of `Set-Cookie`, or nothing for a path that is wrong or was used
   */
  enter(path: string): string | undefined;
  isSignedIn(headers: IncomingHttpHeaders): boolean;
}

const BYTES = 32;
const COOKIE = 'nomadctl-session';

/** Where somebody signs in. */
export const ENTRANCE = '/enter';

/**
 * The cookie is for pages of this gateway alone (`SameSite=Strict`), no script reads it (`HttpOnly`), and it ends with the browser.
 * Not `Secure`: there is no TLS to this computer itself, and not all browsers take such a cookie without.
 * @param domain all of the gateway's names end in it
 */
export function createSignIn(domain: string): SignIn {
  const [secret, session] = [randomBytes(BYTES).toString('base64url'), randomBytes(BYTES).toString('base64url')];
  let isUsed = false;
  const path = `${ENTRANCE}?secret=${secret}`;
  return {
    path,
    enter(given) {
      if (isUsed || !isSame(given, path)) return undefined;
      isUsed = true;
      return `${COOKIE}=${session}; Domain=${domain}; Path=/; HttpOnly; SameSite=Strict`;
    },
    isSignedIn: ({ cookie = '' }) => cookie.split(/;\s*/).some((pair) => isSame(pair, `${COOKIE}=${session}`)),
  };
}

/** In a time that says nothing about where they differ. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
