import { serialize } from 'bson';

/** https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/#op_msg */
const OP_MSG = 2013;
const HEAD_BYTES = 21;

/** A command as MongoDB's protocol has it: length, request, nothing that it answers, kind; no flags; and one section, the command. */
export function mongoMessage(command: Readonly<Record<string, unknown>>, request: number): Buffer {
  const document = serialize(command);
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeInt32LE(head.length + document.length, 0);
  head.writeInt32LE(request, 4);
  head.writeInt32LE(OP_MSG, 12);
  return Buffer.concat([head, document]);
}
