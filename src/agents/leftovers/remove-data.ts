import { existsSync } from 'node:fs';
import { OutcomeError } from '@nomadctl/base/errors';
import { again, asRoot, hint } from '@nomadctl/base/hint/hint';
import { reasonOf } from '@nomadctl/base/reason';
import { removeTree } from '@nomadctl/base/files/remove-tree';
import type { Context } from '../../context.js';
import { mountsUnder, processesUnder } from './leftover-processes.js';
import { sweep } from './sweep.js';

/** A task may write once more while its folder goes, and a mount takes its time: then it is swept and tried again. */
const ROUNDS = 3;
const SHOWN = 5;

/**
 * Deletes a folder of agents, after everything that lives off it. Never deletes through a mount: what is mounted may be
 * somebody's own folder.
 * @throws OutcomeError `data-held` with what holds it, after three rounds; the signal's reason at once.
 */
export async function removeData(folder: string, context: Pick<Context, 'exec' | 'clock' | 'signal'>): Promise<void> {
  // Mostly there is nothing that a killed `down` has left, and nothing to look for.
  if (!existsSync(folder)) return;
  let problem: unknown;
  for (let round = 0; round < ROUNDS; round++) {
    context.signal.throwIfAborted();
    await sweep(folder, context);
    if (mountsUnder(folder).length > 0) continue;
    try {
      return await removeTree(folder, context.signal);
    } catch (error) {
      context.signal.throwIfAborted();
      problem = error;
    }
  }
  throw held(folder, problem);
}

function held(folder: string, problem: unknown): OutcomeError {
  const mounts = mountsUnder(folder);
  const processes = processesUnder(folder);
  return new OutcomeError(`${folder} can not be deleted`, {
    code: 'data-held',
    cause: problem,
    why: [
      ...mounts.slice(0, SHOWN).map((path) => `${path} is mounted, and can not be unmounted`),
      ...(mounts.length > SHOWN ? [`and ${mounts.length - SHOWN} mounts more`] : []),
      ...processes.slice(0, SHOWN).map(({ pid }) => `process ${pid} lives in it, and does not end`),
      ...(problem === undefined ? [] : [reasonOf(problem)]),
    ],
    next: mounts[0] === undefined ? again() : hint`${asRoot`umount ${mounts[0]}`} && ${again()}`,
  });
}
