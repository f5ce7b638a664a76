import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Cloud } from '../cloud/cloud.js';
import { dispatch, refuse, type Answer } from './dispatch.js';
import type { FaultEffect } from '../scope/faults.js';
import { BodyTooLarge, parseRequest, readBody, type ApiRequest } from './read-request.js';
import { Refusal } from '../params/refusal.js';

/** How long a client that sends too much may go on sending while it is told so. */
const DRAIN_MS = 2000;

/** One request of the API: reads it, lets the faults strike, answers. Never rejects. */
export async function handleApi(request: IncomingMessage, response: ServerResponse, cloud: Cloud): Promise<void> {
  const started = performance.now();
  const parsed = await read(request, response);
  if (!parsed) return;
  const effects = 'answer' in parsed ? [] : cloud.faults.strike(parsed.action ?? '', parsed.params);
  const answer: HttpAnswer | undefined = 'answer' in parsed ? parsed.answer : await strike(parsed, { cloud, effects, response });
  const httpStatus = answer ? (answer.status ?? 200) : 0;
  cloud.log.add({
    at: new Date().toISOString(),
    cloudTime: new Date(cloud.clock.now()).toISOString(),
    action: 'answer' in parsed ? '' : (parsed.action ?? ''),
    params: 'answer' in parsed ? new Map() : parsed.params,
    httpStatus,
    ms: performance.now() - started,
    faults: effects.map(({ kind }) => kind),
    ...(answer?.status === undefined && answer
      ? { retCode: answer.retCode, ...(answer.message === undefined ? {} : { message: answer.message }) }
      : {}),
  });
  if (answer) send(response, answer);
}

interface HttpAnswer extends Answer {
  /** Set where HTTP itself says no. */
  readonly status?: number;
}

async function read(request: IncomingMessage, response: ServerResponse): Promise<ApiRequest | { readonly answer: Answer } | undefined> {
  const [, query = ''] = (request.url ?? '').split('?', 2);
  try {
    const body = await readBody(request);
    return parseRequest({ method: request.method ?? 'GET', query, contentType: request.headers['content-type'] ?? '', body });
  } catch (error) {
    if (error instanceof Refusal) return { answer: refuse(error.retCode, error.message) };
    if (error instanceof BodyTooLarge) refuseBody(request, response);
    // Otherwise the client left while it sent: nobody is there to be answered.
    return undefined;
  }
}

/** Answers at once, then listens for a moment: a connection closed while the client still sends would lose it the answer. */
function refuseBody(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(413, { connection: 'close', 'content-type': 'text/plain' }).end('Request Entity Too Large\n');
  request.resume();
  setTimeout(() => request.destroy(), DRAIN_MS).unref();
}

interface Strike {
  readonly cloud: Cloud;
  readonly effects: readonly FaultEffect[];
  readonly response: ServerResponse;
}

/** @returns nothing when no answer shall be sent. */
async function strike(request: ApiRequest, { cloud, effects, response }: Strike): Promise<HttpAnswer | undefined> {
  for (const effect of effects) {
    if (effect.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, effect.ms));
    if (effect.kind === 'hang') return undefined;
    if (effect.kind === 'http-status') return { status: effect.status, retCode: 0, json: '' };
    if (effect.kind === 'ret-code') return refuse(effect.code, effect.message ?? 'Injected by the emulator');
    if (effect.kind === 'reset' && effect.when === 'before') return void response.socket?.resetAndDestroy();
  }
  const answer = dispatch(request, cloud, effects);
  if (effects.some((effect) => effect.kind === 'reset')) return void response.socket?.resetAndDestroy();
  return answer;
}

function send(response: ServerResponse, { status, json }: HttpAnswer): void {
  if (response.destroyed) return;
  if (status !== undefined) {
    response.writeHead(status, { 'content-type': 'text/plain' }).end();
    return;
  }
  // Text is ASCII, and is sent as such: a buffer for each answer would stay until the next collection of garbage.
  response
    .writeHead(200, { 'content-type': 'application/json', 'content-length': json.length, 'x-ucloud-request-uuid': randomUUID() })
    .end(json, 'latin1');
}
