import { connect } from 'node:net';
import { execIn } from './machines-cloud.js';

/** A port of a host that something listens on. */
export interface Target {
  readonly address: string;
  readonly port: number;
}

/** What came of a connection: it was made, refused, or nobody answered. */
export type Answer = 'open' | 'refused' | 'silent';

const PATIENCE_S = 3;

/** By exit code, of bash or of timeout. */
const ANSWERS: ReadonlyMap<number, Answer> = new Map([
  [0, 'open'],
  [1, 'refused'],
  [124, 'silent'],
]);

/** Asked by a host, all at once. */
export async function answersTo(container: string, targets: readonly Target[]): Promise<Answer[]> {
  const ask = ({ address, port }: Target, index: number): string =>
    `(timeout ${PATIENCE_S} bash -c '</dev/tcp/${address}/${port}' 2> /dev/null; echo ${index} $?) &`;
  const { output } = await execIn(container, 'bash', '-c', `${targets.map(ask).join('\n')}\nwait`);
  const codes = new Map(
    output
      .trim()
      .split('\n')
      .map((line) => line.split(' ').map(Number) as [number, number]),
  );
  return targets.map(({ address, port }, index) => {
    const answer = ANSWERS.get(codes.get(index) ?? -1);
    if (answer === undefined) throw new Error(`${container} asked ${address}:${port} and says neither yes nor no:\n${output}`);
    return answer;
  });
}

/** Asked by this computer, from one of its loopback addresses. */
export async function answersHere(from: string, targets: readonly Target[]): Promise<Answer[]> {
  return Promise.all(
    targets.map(
      ({ address, port }) =>
        new Promise<Answer>((resolve) => {
          const socket = connect({ host: address, port, localAddress: from });
          const end = (answer: Answer) => (): void => {
            socket.destroy();
            resolve(answer);
          };
          socket
            .setTimeout(PATIENCE_S * 1000, end('silent'))
            .on('connect', end('open'))
            // Where no way leads, nobody answers.
            .on('error', ({ code }: NodeJS.ErrnoException) =>
              end(code === 'ENETUNREACH' || code === 'EHOSTUNREACH' ? 'silent' : 'refused')(),
            );
        }),
    ),
  );
}
