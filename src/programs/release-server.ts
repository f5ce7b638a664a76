import { EnvHttpProxyAgent, interceptors, request, type Dispatcher } from 'undici';
import releases from '../../toolchain/releases.json' with { type: 'json' };
import { ApiError, ConfigError } from '@nomadctl/base/errors';
import { hint, shell } from '@nomadctl/base/hint/hint';
import { reasonOf } from '@nomadctl/base/reason';
import type { ToolContext } from '../tools/tool-context.js';

/** Talks to the server of the official releases, or to the mirror in `NOMADCTL_RELEASES_URL`. */

/** A server that is not there must not be waited for: there may be another way to get the program. */
const CONNECT_MS = 4_000;
const HEADERS_MS = 5_000;
/** The longest silence in the middle of a download. */
const SILENCE_MS = 30_000;

/** Code of the error for a server that does not answer or does not have the file: another way may be tried. */
export const RELEASE_UNAVAILABLE = 'release-unavailable';

/** The folder of one release, with a slash at its end. */
export function releaseFolder(ctx: ToolContext, tool: string, version: string): URL {
  const override = ctx.env['NOMADCTL_RELEASES_URL'];
  const address = override === undefined || override === '' ? releases.address : override;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new ConfigError(`NOMADCTL_RELEASES_URL is no web address: "${address}"`, {
      code: 'releases-url-invalid',
      why: 'it must be the base address of a mirror of the official releases',
      next: hint`${shell`unset NOMADCTL_RELEASES_URL`}, or set it to an address such as ${releases.address}`,
    });
  }
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${tool}/${version}/`;
  return url;
}

/** A connection pool that honours the proxies in the environment and follows a mirror's redirects. Destroy it after use. */
export function openConnections(ctx: ToolContext): Dispatcher {
  const { env } = ctx;
  return new EnvHttpProxyAgent({
    // Never undefined: undici would look into the process's environment by itself.
    httpProxy: env['http_proxy'] ?? env['HTTP_PROXY'] ?? '',
    httpsProxy: env['https_proxy'] ?? env['HTTPS_PROXY'] ?? '',
    noProxy: env['no_proxy'] ?? env['NO_PROXY'] ?? '',
    connect: { timeout: CONNECT_MS },
    headersTimeout: HEADERS_MS,
    bodyTimeout: SILENCE_MS,
  });
}

/** @throws ApiError `release-unavailable`; the signal's reason when aborted. */
export async function getFromServer(
  ctx: ToolContext,
  { url, dispatcher }: { url: URL; dispatcher: Dispatcher },
  { headers = {}, accept = [200] }: { headers?: Record<string, string>; accept?: readonly number[] } = {},
): Promise<Dispatcher.ResponseData> {
  ctx.signal.throwIfAborted();
  const redirecting = dispatcher.compose(interceptors.redirect({ maxRedirections: 5 }));
  let response;
  try {
    response = await request(url, { dispatcher: redirecting, headers: { 'user-agent': 'nomadctl', ...headers }, signal: ctx.signal });
  } catch (error) {
    ctx.signal.throwIfAborted();
    throw unavailable(url, `${url.host} did not answer: ${reasonOf(error)}`, error);
  }
  if (accept.includes(response.statusCode)) return response;
  await response.body.dump().catch(() => undefined);
  throw unavailable(url, `${url.host} answered ${response.statusCode} for ${url.pathname}`);
}

/** A small file as a whole. */
export async function readFromServer(ctx: ToolContext, from: { url: URL; dispatcher: Dispatcher }): Promise<Uint8Array> {
  const response = await getFromServer(ctx, from);
  try {
    return new Uint8Array(await response.body.arrayBuffer());
  } catch (error) {
    ctx.signal.throwIfAborted();
    throw unavailable(from.url, `${from.url.host} broke off in the middle of ${from.url.pathname}: ${reasonOf(error)}`, error);
  }
}

function unavailable(url: URL, why: string, cause?: unknown): ApiError {
  return new ApiError(`${url.href} could not be fetched`, {
    code: RELEASE_UNAVAILABLE,
    why,
    next: hint`set NOMADCTL_RELEASES_URL to a mirror that this computer reaches`,
    cause,
  });
}
