/*
 * As much of a DNS message as who passes it on has to know: whom it asks about, and how to say no.
 * https://www.rfc-editor.org/rfc/rfc1035#section-4
 */

const HEADER_BYTES = 12;
const LONGEST_LABEL = 63;

/** The name that a message asks about, in small letters and without a dot at its end; nothing where it asks nothing. */
export function askedName(message: Buffer): string | undefined {
  if (message.length < HEADER_BYTES || message.readUInt16BE(4) === 0) return undefined;
  const labels: string[] = [];
  for (let at = HEADER_BYTES; at < message.length;) {
    const length = message[at] ?? 0;
    if (length === 0) return labels.join('.').toLowerCase();
    // A question is the first name of a message: there is nothing yet that it could point to.
    if (length > LONGEST_LABEL || at + 1 + length > message.length) return undefined;
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return undefined;
}

/** https://www.rfc-editor.org/rfc/rfc1035#section-4.1.1 */
export const REFUSED = 5;
export const SERVER_FAILURE = 2;

/** The same message as an answer that says why there is none; whoever asked then tries the next resolver. */
export function refusalOf(question: Buffer, code: typeof REFUSED | typeof SERVER_FAILURE): Buffer {
  const answer = Buffer.from(question);
  const [isResponse, wantedRecursion] = [0x8000, 0x0100];
  const opcode = answer.readUInt16BE(2) & 0x7800;
  answer.writeUInt16BE(isResponse | opcode | (answer.readUInt16BE(2) & wantedRecursion) | code, 2);
  return answer;
}
