import { portOf, type CheckKind } from '../check-context.js';
import { judgeAnswer } from '../judge-answer.js';

/**
 * Says all commands one after the other and reads what comes back as it is: the answers are documents in BSON, whose texts stand in them
 * as they are.
 */
export const mongo: CheckKind<'mongo'> = async ({ database, commands, expect, ...where }, at) => {
  const { mongoMessage } = await import('../mongo-message.js');
  const messages = commands.map((command, index) => mongoMessage({ ...command, $db: database }, index + 1));
  const send = Buffer.concat(messages).toString('latin1');
  return judgeAnswer(portOf(where, at), { send, expect }, at);
};
