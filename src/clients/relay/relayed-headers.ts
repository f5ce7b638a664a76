import type { IncomingHttpHeaders } from 'node:http';

/** What is about one connection alone. https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 */
const OF_THE_CONNECTION = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'expect'];

/** Credentials of a browser, and what tells where it is: an agent refuses WebSockets from pages that are not its own. */
const OF_THE_BROWSER = ['host', 'origin', 'referer', 'cookie', 'authorization', 'proxy-authorization', 'x-nomad-token', 'x-consul-token'];

/** A body is sent whole, and a reply that is not packed can be looked through. */
const OF_THE_BODY = ['content-length', 'accept-encoding'];

const NOT_PASSED_ON = new Set([...OF_THE_CONNECTION, ...OF_THE_BROWSER, ...OF_THE_BODY]);

/** An agent lets pages of everywhere read what it says; whoever may read what is relayed is not for it to say. */
const NOT_HANDED_BACK = new Set([...OF_THE_CONNECTION, 'proxy-authenticate', 'set-cookie']);

/** Headers of somebody else's request, as an agent gets them. */
export function headersToAgent(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return without(headers, (name) => NOT_PASSED_ON.has(name) || name.startsWith('sec-fetch-'));
}

/** Headers of an agent's reply, as somebody else gets them. */
export function headersFromAgent(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return without(headers, (name) => NOT_HANDED_BACK.has(name) || name.startsWith('access-control-'));
}

function without(headers: IncomingHttpHeaders, isLeftOut: (name: string) => boolean): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name, value]) => value !== undefined && !isLeftOut(name)));
}
