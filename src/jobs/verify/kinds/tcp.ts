import { connectProblem } from '../ask-port.js';
import { isExpected, portOf, type CheckKind } from '../check-context.js';
import { inWords } from '../in-words.js';
import { talk } from '../talk.js';

/** Accepts, and where something is sent, answers: enough for memcached, AMQP and whatever else begins with few bytes. */
export const tcp: CheckKind<'tcp'> = async (check, at) => {
  const port = portOf(check, at);
  if (check.send === undefined) {
    const problem = await connectProblem(port, at);
    return { ok: problem === undefined, found: problem ?? `${port.host}:${port.port} accepts` };
  }
  const said = await talk(port, { send: check.send, isDone: (answer) => isExpected(answer.trim(), check.expect) }, at);
  return { ok: said !== '' && isExpected(said.trim(), check.expect), found: inWords(said) };
};
