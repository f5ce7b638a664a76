import type { Payload } from './action.js';
import { asciiJson } from '../params/ascii-json.js';

/** What a request that went well is answered with. */
export function answerJson(action: string, payload: Payload): string {
  const parts = Object.entries(payload).map(([key, value]) => `,${JSON.stringify(key)}:${asciiJson(value ?? null)}`);
  return wholeAnswer(action, parts.join(''));
}

/** The same, of parts that are JSON already, each with its comma before it. */
export function wholeAnswer(action: string, parts: string): string {
  return `{"Action":"${action}Response","RetCode":0${parts}}`;
}
