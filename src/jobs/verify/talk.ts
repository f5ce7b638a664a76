import { connect } from 'node:net';
import type { Asker, TaskPort } from './ask-port.js';

export interface Conversation {
  /** A byte for each character. */
  readonly send: string;
  /** Whether what came back is all that was wanted. */
  readonly isDone: (answer: string) => boolean;
}

/** Who answers does so at once; others are not waited for longer than this after the last word. */
const SILENCE_MS = 1000;
/** To log in at a node, by way of another one, and to be answered there. */
const RUN_MS = 30_000;

/**
 * Says something to a port and returns what comes back, a character for each byte. A node that is a host of its own asks there,
 * as `askHttp` does. @throws Error with the reason when nobody listens
 */
export async function talk(at: TaskPort, { send, isDone }: Conversation, { connection: { nodes }, signal }: Asker): Promise<string> {
  if (!nodes.run) return talkFromHere(at, { send, isDone }, signal);
  // Bash alone is sure to be there. What comes back may hold zero bytes, which it would drop with a warning: `cat` passes them on.
  const script = 'exec 3<>"/dev/tcp/$1/$2" && printf "$3" >&3 && timeout "$4" cat <&3; test $? = 124 || test $? = 0';
  const argv = ['bash', '-c', script, 'bash', at.host, String(at.port), asOctal(send), String(SILENCE_MS / 1000)];
  const { exitCode, stdout, stderr } = await nodes.run(at.node, argv, { signal, timeoutMs: RUN_MS });
  if (exitCode !== 0 && stdout === '') throw new Error(stderr.trim().split('\n')[0] ?? `bash exited with ${exitCode}`);
  return stdout;
}

/** As printf reads it; nothing in it means anything to a shell or to printf. */
function asOctal(text: string): string {
  return [...Buffer.from(text, 'latin1')].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}

function talkFromHere({ host, port }: TaskPort, { send, isDone }: Conversation, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal, timeout: SILENCE_MS });
    let answer = '';
    const end = (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => socket.write(Buffer.from(send, 'latin1')));
    socket.on('data', (data) => {
      answer += data.toString('latin1');
      if (isDone(answer)) end();
    });
    socket.once('timeout', end);
    socket.once('close', end);
    socket.once('error', reject);
  });
}
