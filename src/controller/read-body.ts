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

/** A field that may be left out. @throws UsageError `request-invalid`, as the others do */
export function wordIn(body: Readonly<Record<string, unknown>>, field: string): string | undefined {
  const value = body[field];
  if (value === undefined || typeof value === 'string') return value;
  throw invalid(`${field} must be text`);
}

export function countIn(body: Readonly<Record<string, unknown>>, field: string): number | undefined {
  const value = body[field];
  if (value === undefined || (typeof value === 'number' && Number.isInteger(value))) return value;
  throw invalid(`${field} must be a whole number`);
}

/** An object of plain values, each as `name=value`. */
export function wordsIn(variables: unknown): string[] {
  if (variables === undefined) return [];
  if (typeof variables !== 'object' || variables === null || Array.isArray(variables)) throw invalid('variables must be an object');
  return Object.entries(variables).map(([name, value]) => {
    if (!['string', 'number', 'boolean'].includes(typeof value)) throw invalid(`variable ${name} must be text, a number, true or false`);
    return `${name}=${String(value)}`;
  });
}
