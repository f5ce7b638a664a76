import type { CheckOf, Verification } from '../catalogue/job-manifest.js';
import type { NomadApi } from '../../clients/nomad-api.js';
import type { Allocation } from '../../clients/nomad-rollout-model.js';
import { OutcomeError, UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { ClusterConnection } from '../../cluster/connection.js';
import { allRunningIn, runningIn, type CheckResult } from './check-context.js';
import { exec } from './kinds/exec.js';
import { jobWords } from '../parse/in-namespace.js';

/** What the job promises to survive, as its template declares it. */
export interface Promised {
  readonly id: string;
  readonly group: string;
  /** Asked again and again, from inside the group that uses the service. */
  readonly repeat: CheckOf<'exec'>;
  readonly unchanged: { readonly title: string; readonly command: string[] } | undefined;
}

export interface Scene extends Promised {
  readonly connection: ClusterConnection;
  readonly api: NomadApi;
  readonly signal: AbortSignal;
  readonly line: (text: string) => void;
  /** The allocation that is to go. */
  readonly victim: Allocation;
}

const TRIES = 5;

/**
 * @param words the job as those of a command, with its namespace
 * @throws UsageError `failover-undeclared`
 */
export function promisedBy(id: string, verify: Verification | undefined, words: readonly string[]): Promised {
  const failover = verify?.failover;
  const repeat = verify?.checks.find((check): check is CheckOf<'exec'> => check.kind === 'exec' && check.title === failover?.repeat);
  if (failover && repeat) return { id, group: failover.group, repeat, unchanged: failover.unchanged };
  throw new UsageError(`job ${id} does not declare what fails over`, {
    code: 'failover-undeclared',
    why: 'its job.json has no verify.failover',
    next: nomadctl`job verify ${words}`,
  });
}

/** Sets the scene. @throws OutcomeError `check-failed` when the job does not answer even now */
export async function openScene(scene: Omit<Scene, 'victim'>): Promise<Scene> {
  const { api, id, group, signal, connection } = scene;
  const { value } = await api.allocations(id, { index: 0, signal });
  const victim = runningIn(group, value);
  const answer = victim ? await askUntilSaid({ ...scene, victim }) : { ok: false, found: `no allocation of group ${group} is running` };
  if (victim && answer.ok) return { ...scene, victim };
  throw new OutcomeError(`job ${id} does not answer, so there is nothing to fail over`, {
    code: 'check-failed',
    why: answer.found || `${scene.repeat.title} printed nothing, ${TRIES} times`,
    next: nomadctl`job status ${jobWords(id, connection.nomad.namespace)}`,
  });
}

/**
 * The allocation that asks: one that will not go down with the node of the victim, where there is a choice. Of several the oldest,
 * which is the same one before and after: what comes in another's place is younger, and has ports of its own.
 */
export async function askerOf({ api, id, repeat, signal, victim }: Scene): Promise<Allocation | undefined> {
  const { value } = await api.allocations(id, { index: 0, signal });
  const running = allRunningIn(repeat.group, value);
  return running.findLast(({ NodeID }) => NodeID !== victim.NodeID) ?? running[0];
}

/** Asks once. Whatever goes wrong is "no answer"; only an abort is thrown. */
export async function ask(scene: Scene, check: CheckOf<'exec'> = scene.repeat): Promise<CheckResult> {
  const { connection, signal } = scene;
  try {
    const asker = await askerOf(scene);
    return await exec(check, { connection, allocations: asker ? [asker] : [], signal });
  } catch (error) {
    signal.throwIfAborted();
    return { ok: false, found: String(error) };
  }
}

/**
 * Asks again when the answer has no word: on a busy host Nomad now and then loses what a short command in a container said
 * (seen with 1.11.0 and 1.11.3).
 */
async function askUntilSaid(scene: Scene, check?: CheckOf<'exec'>): Promise<CheckResult> {
  for (let attempt = 1; ; attempt++) {
    const answer = await ask(scene, check);
    if (answer.found !== '' || attempt === TRIES) return answer;
  }
}

/** What must be the same before and after. */
export async function unchangedValue(scene: Scene): Promise<string | undefined> {
  if (!scene.unchanged) return undefined;
  const { group, task } = scene.repeat;
  return (await askUntilSaid(scene, { kind: 'exec', group, task, ...scene.unchanged })).found;
}

/** @throws OutcomeError `failover-failed` when it is not the same */
export async function compareWith(scene: Scene, before: string | undefined): Promise<{ unchanged?: { title: string; value: string } }> {
  if (!scene.unchanged || before === undefined) return {};
  const { title } = scene.unchanged;
  const after = await unchangedValue(scene);
  if (after === before) return { unchanged: { title, value: before } };
  throw new OutcomeError(`job ${scene.id}: ${title} changed from ${before} to ${after}`, {
    code: 'failover-failed',
    next: nomadctl`job status ${jobWords(scene.id, scene.connection.nomad.namespace)}`,
  });
}
