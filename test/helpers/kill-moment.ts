import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isAlive } from '../../packages/base/src/process-identity.js';
import type { Lab } from './lab.js';
import type { CliResult, RunningCli } from './run-cli.js';

/** Whom a kill hits: nomadctl, an agent that is a server while nomadctl goes on, or both. */
export type Victim = 'nomadctl' | 'server' | 'both';

export interface Moment {
  /** Id of a step: so far into it. Absent: so far into the whole command. */
  readonly stage?: string;
  /** Milliseconds. */
  readonly after: number;
  readonly victim: Victim;
}

export interface Struck {
  /** The steps that were under way, or where between them it was. */
  readonly stage: string;
  readonly victim: Victim;
}

/** What was hit, and how a command ended that was not killed: before the moment, or though it had lost a server. */
export interface Attempt {
  readonly struck?: Struck;
  readonly ended?: CliResult;
}

interface Records {
  readonly state?: { readonly rotation?: { readonly begunAt: number; readonly endedAt?: number } };
  readonly steps: Readonly<Record<string, { readonly status: string; readonly startedAt: number; readonly finishedAt: number }>>;
}

/** How long nomadctl is left alone without a server: it may go on, say what is wrong, or wait. */
const PATIENCE_MS = 12_000;
const POLL_MS = 3;

/**
 * Waits for the moment, and kills. Where nomadctl was to go on without a server and has not ended after some time, it is killed
 * as well, as somebody does who does not want to wait.
 */
export async function killAt(
  running: RunningCli,
  { stage, after, victim }: Moment,
  { lab, random }: { readonly lab: Lab; readonly random: (below: number) => number },
): Promise<Attempt> {
  const startedAt = Date.now();
  const state = { over: false };
  const done = running.done.finally(() => void (state.over = true));
  // What it says is looked at below.
  done.catch(() => undefined);
  while (stage !== undefined && !state.over && !hasBegun(lab, stage, startedAt)) await sleep(POLL_MS);
  await Promise.race([sleep(after), done]);
  if (state.over) return { ended: await done };
  const stageHit = stageOf(lab, startedAt);
  const server = victim === 'nomadctl' ? undefined : await killServer(lab, random);
  // Where no server runs yet, there is nobody else to be hit.
  const struck: Struck = { stage: stageHit, victim: server === undefined ? 'nomadctl' : victim };
  if (struck.victim === 'server') await Promise.race([sleep(PATIENCE_MS), done]);
  running.child.kill('SIGKILL');
  const ended = await done;
  if (ended.code === 137) return { struck };
  return struck.victim === 'nomadctl' ? { ended } : { struck, ended };
}

/** How long each step took that this command has done, in milliseconds. */
export function stageTimes(lab: Lab, since: number): Map<string, number> {
  const taken = Object.entries(recordsOf(lab).steps).filter(([, { startedAt, status }]) => startedAt >= since && status === 'succeeded');
  return new Map(taken.map(([id, { startedAt, finishedAt }]) => [id, finishedAt - startedAt]));
}

/** Whether a rotation that was begun since then has come to its end. */
export function rotationHasEnded(lab: Lab, since: number): boolean {
  const rotation = recordsOf(lab).state?.rotation;
  return rotation !== undefined && rotation.endedAt !== undefined && rotation.endedAt >= since;
}

function hasBegun(lab: Lab, stage: string, since: number): boolean {
  return (recordsOf(lab).steps[stage]?.startedAt ?? 0) >= since;
}

function stageOf(lab: Lab, since: number): string {
  const ours = Object.entries(recordsOf(lab).steps).filter(([, { startedAt }]) => startedAt >= since);
  const running = ours.filter(([, { status }]) => status === 'running').map(([id]) => id);
  if (running.length > 0) return running.sort().join('+');
  const last = ours.sort(([, a], [, b]) => a.finishedAt - b.finishedAt).at(-1)?.[0];
  return last === undefined ? 'before the first' : `after ${last}`;
}

function recordsOf(lab: Lab): Records {
  try {
    return JSON.parse(readFileSync(lab.paths().journal, 'utf8')) as Records;
  } catch {
    return { steps: {} };
  }
}

async function killServer(lab: Lab, pick: (below: number) => number): Promise<string | undefined> {
  const servers = [...lab.agents()].filter(([agent]) => agent.startsWith('server-')).sort();
  const [agent, [pid = 0] = []] = servers[pick(Math.max(1, servers.length))] ?? [];
  const process_ = identify(pid);
  if (agent === undefined || !process_) return undefined;
  process.kill(pid, 'SIGKILL');
  while (isAlive(process_)) await sleep(5);
  return agent;
}
