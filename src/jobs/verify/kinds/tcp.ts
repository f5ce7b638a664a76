import { connectProblem } from '../ask-port.js';
import { portOf, type CheckKind } from '../check-context.js';
import { judgeAnswer } from '../judge-answer.js';

/** Accepts, and where something is sent, answers: enough for memcached, AMQP and whatever else begins with few bytes. */
export const tcp: CheckKind<'tcp'> = async (check, at) => {
  const port = portOf(check, at);
  if (check.send === undefined) {
    const problem = await connectProblem(port, at);
    return { ok: problem === undefined, found: problem ?? `${port.host}:${port.port} accepts` };
  }
  return judgeAnswer(port, { send: check.send, expect: check.expect }, at);
};
