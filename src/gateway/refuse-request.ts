import type { IncomingMessage } from 'node:http';
import { ENTRANCE, type SignIn } from './sign-in.js';
import { originAt, type HostNames, type Site } from './host-names.js';

/** Why a request is not answered. The words are for whoever sent it, so they tell nothing of the cluster. */
export interface Refusal {
  readonly status: 401 | 403 | 421 | 503;
  readonly words: string;
}

const SAFE = ['GET', 'HEAD'];

/**
 * What holds for every request, whatever it asks for. A page of another site is refused three times over: its request names
 * another host (DNS rebinding), has its own `Origin`, and comes without the cookie.
 * @returns the site that may answer, or the refusal
 */
export function admit(request: IncomingMessage, { names, signIn }: { names: HostNames; signIn: SignIn }): Site | Refusal {
  const site = names.siteAt(request.headers.host);
  if (site === undefined) return { status: 421, words: 'nothing is served under this name' };
  const isEntrance = site === 'overview' && pathOf(request) === ENTRANCE;
  if (isForeign(request, isEntrance)) return { status: 403, words: 'pages of other sites get nothing here' };
  // Browsers fetch what somebody might open next; the secret counts once.
  if (isEntrance && /prefetch|prerender/.test(String(request.headers['sec-purpose'] ?? '')))
    return { status: 503, words: 'not before it is opened' };
  if (isEntrance || signIn.isSignedIn(request.headers)) return site;
  return {
    status: 401,
    words: 'not signed in: the address that nomadctl printed works once, and it prints another one when it is run again',
  };
}

export function pathOf({ url = '' }: Pick<IncomingMessage, 'url'>): string {
  return url.replace(/[?#].*$/s, '');
}

/**
 * Whether a page of another origin sent it. What changes something, and a WebSocket, must say where it comes from; `Sec-Fetch-Site`
 * tells of reading, too (https://www.w3.org/TR/fetch-metadata/). Links between our own sites, and whatever opens the first address, are
 * no page's requests.
 */
function isForeign(request: IncomingMessage, isEntrance: boolean): boolean {
  const { origin, host = '' } = request.headers;
  const method = request.method ?? '';
  if (origin !== undefined && origin !== originAt(host)) return true;
  if (origin === undefined && (!SAFE.includes(method) || request.headers.upgrade !== undefined)) return true;
  const from = request.headers['sec-fetch-site'];
  const isOpened = request.headers['sec-fetch-mode'] === 'navigate' && request.headers['sec-fetch-dest'] === 'document';
  if (from === 'same-site') return !isOpened;
  return from === 'cross-site' && !(isEntrance && isOpened && method === 'GET');
}
