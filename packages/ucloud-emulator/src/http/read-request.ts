import type { IncomingMessage } from 'node:http';
import { invalid } from '../params/refusal.js';
import { scalarText, type Signable } from './signature.js';

/** A request as the API sees it, whichever way it was sent. */
export interface ApiRequest {
  readonly action: string | undefined;
  /** Dotted names and texts. */
  readonly params: ReadonlyMap<string, string>;
  /** What the signature covers: for a POST the body alone, as it was before flattening. */
  readonly signed: Readonly<Record<string, Signable>>;
}

/** More than the largest legal request (user data of 16 KB, base64, escaped) by far. */
export const MAX_BODY_BYTES = 1024 * 1024;
const MAX_DEPTH = 6;
const MAX_PARAMS = 5000;

/** The body was longer than MAX_BODY_BYTES: answered with HTTP 413. */
export class BodyTooLarge extends Error {}

/** @throws BodyTooLarge; the connection's own error when the client leaves. */
export async function readBody(request: IncomingMessage): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw new BodyTooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  return await new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) chunks.push(chunk);
      else reject(new BodyTooLarge());
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
    request.on('close', () => reject(new Error('the client left')));
  });
}

/**
 * Reads a form body, a JSON body or a query. With a body, the query only stands in for a missing `Action`, which UCloud's
 * Go SDK repeats there for its logs.
 * @throws Refusal when the body is no JSON object.
 */
export function parseRequest(request: {
  readonly method: string;
  readonly query: string;
  readonly contentType: string;
  readonly body: string;
}): ApiRequest {
  const query = fromForm(request.query);
  if (request.method === 'GET' || request.body === '') return query;
  const body = isJson(request) ? fromJson(request.body) : fromForm(request.body);
  return body.action === undefined ? { ...body, action: query.action } : body;
}

function isJson({ contentType, body }: { readonly contentType: string; readonly body: string }): boolean {
  return contentType.includes('json') || (!contentType.includes('form') && /^\s*[{[]/.test(body));
}

function fromForm(form: string): ApiRequest {
  const params = new Map(new URLSearchParams(form));
  if (params.size > MAX_PARAMS) throw invalid('body', `has more than ${MAX_PARAMS} parameters`);
  return { action: params.get('Action') || undefined, params, signed: Object.fromEntries(params) };
}

function fromJson(text: string): ApiRequest {
  const body = parseJson(text);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw invalid('body', 'must be a JSON object');
  const signed = body as Readonly<Record<string, Signable>>;
  const params = new Map<string, string>();
  flatten(signed, { prefix: '', depth: 0, params });
  return { action: params.get('Action') || undefined, params, signed };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('body', 'must be JSON');
  }
}

interface Flattening {
  readonly prefix: string;
  readonly depth: number;
  readonly params: Map<string, string>;
}

function flatten(value: Signable, { prefix, depth, params }: Flattening): void {
  if (value === null || value === undefined) return;
  if (typeof value !== 'object') {
    params.set(prefix, scalarText(value));
    if (params.size > MAX_PARAMS) throw invalid('body', `has more than ${MAX_PARAMS} parameters`);
    return;
  }
  if (depth === MAX_DEPTH) throw invalid('body', `is nested deeper than ${MAX_DEPTH} levels`);
  for (const [name, inner] of Object.entries(value))
    flatten(inner as Signable, { prefix: prefix === '' ? name : `${prefix}.${name}`, depth: depth + 1, params });
}
