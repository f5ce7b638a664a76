import type { IncomingMessage } from 'node:http';
import { UsageError } from '@nomadctl/base/errors';
import { reasonOf } from '@nomadctl/base/reason';

const MOST_BYTES = 64 * 1024;

/** A JSON object with no other fields than these. @throws UsageError `request-invalid` or `request-too-large` */
export async function readBody(request: IncomingMessage, fields: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > MOST_BYTES) throw new UsageError('the request is too large', { code: 'request-too-large' });
    chunks.push(chunk as Buffer);
  }
  const body = parsed(Buffer.concat(chunks).toString('utf8'));
  const unknown = Object.keys(body).filter((name) => !fields.includes(name));
  if (unknown.length > 0) throw invalid(`it has ${unknown.join(', ')}, and may have ${fields.join(', ')}`);
  return body;
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  let body: unknown;
  try {
    body = JSON.parse(text === '' ? '{}' : text);
  } catch (error) {
    throw invalid(`it is not JSON: ${reasonOf(error)}`);
  }
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Readonly<Record<string, unknown>>;
  throw invalid('it is not one JSON object');
}

export function invalid(why: string): UsageError {
  return new UsageError('the request is wrong', { code: 'request-invalid', why });
}
