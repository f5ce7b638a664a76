import { ApiError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import { reasonOf } from '@nomadctl/base/reason';
import { retryAfterMs } from '../pauses.js';
import type { Attempt, Failure } from './repeat.js';
import { refusalError, type KeysOrigin } from './ret-codes.js';
import type { FormReply } from './send-form.js';

/** One request, and what it is called in messages. */
export interface OneRequest {
  readonly action: string;
  readonly url: string;
  readonly origin?: KeysOrigin | undefined;
  readonly signal: AbortSignal;
  send(): Promise<FormReply>;
}

/** Sends once and judges the answer. @throws only the signal's reason. */
export async function attempt<Reply>(request: OneRequest): Promise<Attempt<Reply>> {
  try {
    return judge<Reply>(await request.send(), request);
  } catch (error) {
    request.signal.throwIfAborted();
    const unreachable = new ApiError(`UCloud did not answer ${request.action} at ${request.url}`, {
      code: 'ucloud-unreachable',
      why: reasonOf(error) || codeOf(error),
      next: nomadctl`config explain baseUrl`,
      cause: error,
    });
    return { failure: { kind: UNSENT.includes(codeOf(error)) ? 'unsent' : 'lost', error: unreachable } };
  }
}

/** Of connecting, not of an open connection. A name that is not known is no passing trouble, and is not among them. */
const UNSENT = ['ECONNREFUSED', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return String((error as { code?: unknown }).code ?? '');
}

function judge<Reply>({ status, body, headers }: FormReply, { action, url, origin }: OneRequest): Attempt<Reply> {
  const text = body.toString();
  if (status >= 400) {
    const error = statusError(status, { action, url, text });
    return { failure: { kind: 'status', status, retryAfterMs: retryAfterMs(headers['retry-after']), error } };
  }
  const reply = parse(text);
  if (reply === undefined) return { failure: nonsense(text, { action, url }) };
  const { RetCode: retCode, Message: message } = reply;
  if (retCode === 0) return { value: reply as Reply };
  const refusal = { action, retCode, message: typeof message === 'string' ? message : '' };
  return { failure: { kind: 'refused', error: refusalError(refusal, url, origin) } };
}

interface Envelope {
  readonly RetCode: number;
  readonly Message?: unknown;
}

/** The gateway has been seen to give the code as a string of digits. */
function parse(text: string): Envelope | undefined {
  try {
    const value = JSON.parse(text) as Partial<Record<string, unknown>> | null;
    const code = Number(value?.['RetCode']);
    return value !== null && typeof value === 'object' && Number.isInteger(code) ? { ...value, RetCode: code } : undefined;
  } catch {
    return undefined;
  }
}

function statusError(status: number, { action, url, text }: { action: string; url: string; text: string }): ApiError {
  const said = inOneLine(text);
  return new ApiError(`UCloud answered ${action} with HTTP ${status}`, {
    code: 'ucloud-status',
    why: [...(said === '' ? [] : [`it said: ${said}`]), `at ${url}`],
    // A service that is not well gets better by itself; one that does not know what is asked is another one.
    next: status >= 500 || status === 429 ? hint`try again in a minute` : nomadctl`config explain baseUrl`,
    details: { action, status },
  });
}

const MOST_SAID = 200;

/** Gateways answer with pages. */
function inOneLine(text: string): string {
  const plain = text.replace(/<(style|script)[^]*?<\/\1>/gi, ' ').replace(/<[^>]*>/g, ' ');
  return plain.replace(/\s+/g, ' ').trim().slice(0, MOST_SAID);
}

/** An answer that is none is final: the service is not what it should be. */
function nonsense(text: string, { action, url }: { action: string; url: string }): Failure {
  const error = new ApiError(`${url} answered ${action} with something that is not UCloud's`, {
    code: 'ucloud-nonsense',
    why: `it began with ${JSON.stringify(text.slice(0, 80))}`,
    next: nomadctl`config explain baseUrl`,
  });
  return { kind: 'status', error };
}
