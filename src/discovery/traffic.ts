import { reasonOf } from '@nomadctl/base/reason';
import { askHttp, type Asker, type TaskPort } from '../jobs/verify/ask-port.js';

/** Where requests go, by turns, and what they ask for. */
export interface Aim {
  readonly ports: readonly TaskPort[];
  readonly path: string;
  /** Whom they are for, where a balancer has to know. */
  readonly host?: string | undefined;
}

export interface Account {
  readonly requests: number;
  readonly failed: number;
  /** The first few of them, in words. */
  readonly failures: readonly string[];
  /** How often each answer came. Instances are told apart by what they say. */
  readonly answers: ReadonlyMap<string, number>;
}

export interface Traffic {
  /** As it stands now. */
  readonly account: Account;
  /** Forgets which answers have come, so that those from now on are seen. */
  forget(): void;
  stop(): Promise<Account>;
}

/** Told of so many failures; the others are counted. */
const TOLD = 5;
/** So that requests alone do not fill a computer. */
const PAUSE_MS = 4;

interface Tally {
  requests: number;
  failed: number;
  readonly failures: string[];
  readonly answers: Map<string, number>;
}

/** Asks one after the other, over a new connection each, until it is stopped. A request fails without an answer of 200. */
export function startTraffic(aim: Aim, asker: Asker, sleep: (ms: number) => Promise<void>): Traffic {
  const tally: Tally = { requests: 0, failed: 0, failures: [], answers: new Map() };
  let stopped = false;
  const loop = (async () => {
    while (!stopped && !asker.signal.aborted) {
      await request(aim, asker, tally);
      await sleep(PAUSE_MS);
    }
  })();
  return {
    account: tally,
    forget: () => tally.answers.clear(),
    async stop() {
      stopped = true;
      await loop;
      asker.signal.throwIfAborted();
      return tally;
    },
  };
}

/** Asks so many times, and counts. */
export async function askTimes(times: number, aim: Aim, asker: Asker): Promise<Account> {
  const tally: Tally = { requests: 0, failed: 0, failures: [], answers: new Map() };
  while (tally.requests < times) {
    asker.signal.throwIfAborted();
    await request(aim, asker, tally);
  }
  return tally;
}

async function request({ ports, path, host }: Aim, asker: Asker, tally: Tally): Promise<void> {
  const port = ports[tally.requests % ports.length] as TaskPort;
  tally.requests++;
  try {
    const { status, body } = await askHttp(port, path, host === undefined ? asker : { ...asker, host });
    if (status !== 200) throw new Error(`status ${status}: ${body.slice(0, 100)}`);
    tally.answers.set(body, (tally.answers.get(body) ?? 0) + 1);
  } catch (error) {
    // One that was broken off says nothing about whom it asked.
    if (asker.signal.aborted) return;
    tally.failed++;
    if (tally.failures.length < TOLD) tally.failures.push(`${port.host}:${port.port}${path}: ${reasonOf(error)}`);
  }
}
