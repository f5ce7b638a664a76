import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/**
 * For every reply, whoever made it: no other site may show, embed or read it, and nothing tells other sites where somebody was.
 * https://owasp.org/www-project-secure-headers/
 */
export const GUARDS: OutgoingHttpHeaders = {
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
};

/** Pages of ours take style, script and data from their own origin, and nothing from anywhere else. */
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const TYPES = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  text: 'text/plain; charset=utf-8',
};

export interface Content {
  readonly type: keyof typeof TYPES;
  readonly text: string;
  readonly status?: number;
  readonly headers?: OutgoingHttpHeaders;
}

/** Sends something of our own. Nothing of it is kept by the browser. */
export function sendBack(response: ServerResponse, { type, text, status = 200, headers = {} }: Content): void {
  const own = { 'content-type': TYPES[type], 'content-security-policy': POLICY, 'cache-control': 'no-store' };
  response.writeHead(status, { ...GUARDS, ...own, ...headers });
  response.end(response.req.method === 'HEAD' ? undefined : text);
}
