import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from './lab.js';

export interface Pings {
  readonly sent: number;
  /** When each that got no answer was sent, of a day. */
  readonly failed: readonly string[];
  /** Longest time between two answers. */
  readonly gapMs: number;
}

const EVERY_MS = 100;
/** On a busy computer an answer may take its time; what nobody answers is refused, or cut off, at once. */
const PATIENCE_MS = 3000;

/**
 * Asks the catalogue's redis for a PONG every 100 ms, over a connection of its own each time, by the way that the group web has:
 * its proxy, the mesh, the other proxy. `end` tells what came of it.
 */
export async function pingRedis(lab: Lab): Promise<{ end(): Promise<Pings> }> {
  const port = await portOfWeb(lab);
  const failed: string[] = [];
  let [sent, gapMs, last, isOver] = [0, 0, Date.now(), false];
  const pinging = (async () => {
    while (!isOver) {
      const at = Date.now();
      sent += 1;
      if (await answersPing(port, PATIENCE_MS)) {
        gapMs = Math.max(gapMs, Date.now() - last);
        last = Date.now();
      } else failed.push(new Date(at).toISOString().slice(11, 23));
      await sleep(Math.max(0, EVERY_MS - (Date.now() - at)));
    }
  })();
  return {
    async end() {
      isOver = true;
      await pinging;
      return { sent, failed, gapMs: Math.max(gapMs, Date.now() - last) };
    },
  };
}

/** Whether redis answers at this port of the computer, over a connection of its own. */
export function answersPing(port: number, patienceMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: patienceMs });
    const end = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.on('data', (data) => end(data.toString().startsWith('+PONG')));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });
}

async function portOfWeb(lab: Lab): Promise<number> {
  const ask = async <T>(path: string): Promise<T> => (await lab.must(['exec', 'nomad', 'operator', 'api', path])).json<T>();
  const allocations = await ask<{ ID: string; TaskGroup: string; ClientStatus: string }[]>('/v1/job/redis/allocations');
  const web = allocations.find(({ TaskGroup, ClientStatus }) => TaskGroup === 'web' && ClientStatus === 'running');
  interface Allocation {
    readonly AllocatedResources: { readonly Shared: { readonly Ports: readonly { readonly Label: string; readonly Value: number }[] } };
  }
  const { AllocatedResources } = await ask<Allocation>(`/v1/allocation/${web?.ID ?? ''}`);
  return AllocatedResources.Shared.Ports.find(({ Label }) => Label === 'redis')?.Value ?? 0;
}
