import type { Asker, TaskPort } from './ask-port.js';
import { isExpected, type CheckResult } from './check-context.js';
import { talk } from './talk.js';

/** Says something to a port, a byte for each character, and judges what comes back. @throws Error with the reason when nobody listens */
export async function judgeAnswer(
  port: TaskPort,
  { send, expect }: { readonly send: string; readonly expect: string | undefined },
  at: Asker,
): Promise<CheckResult> {
  const isRight = (answer: string): boolean => isExpected(answer.trim(), expect);
  const said = await talk(port, { send, isDone: isRight }, at);
  return { ok: said !== '' && isRight(said), found: inWords(said) };
}

const FOUND_LENGTH = 200;

/** What of an answer is text, on one line: answers of programs are not always text. */
function inWords(said: string): string {
  return said
    .trim()
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, FOUND_LENGTH);
}
