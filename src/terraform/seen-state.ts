import { OutcomeError } from '@nomadctl/base/errors';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { hint, nomadctl, shell } from '@nomadctl/base/hint/hint';
import { readIfThere } from '@nomadctl/base/read-if-there';
import { movedNote, type MovedNote, type RootBackend } from './backend.js';
import type { Root } from './root.js';

/**
 * Reads a state from its backend, and keeps a copy of what it saw. The copy is what later reads are compared with: terraform itself says
 * nothing when a state is gone, and makes everything a second time.
 * @throws OutcomeError `state-moved` where it was taken elsewhere; `state-missing` for one that was there and is not, `state-foreign` for another one in its place, `state-older` for
 * one that has lost changes; ApiError or ToolError where the backend does not answer
 */
export async function seeState(root: Pick<Root, 'seen' | 'name'>, backend: RootBackend): Promise<string | undefined> {
  const text = await backend.read();
  const note = movedNote(text);
  if (note) throw moved(note, root, backend);
  const before = await readIfThere(root.seen);
  if (before === text) return text;
  // What is no state at all is told by whoever reads it.
  if (text !== undefined && outlineOf(text) === undefined) return text;
  const problem = compare(outlineOf(before), outlineOf(text));
  if (problem !== undefined) throw lost(problem, root, backend);
  if (text !== undefined) await writeFileAtomic(root.seen, text);
  return text;
}

function moved({ to, by, at }: MovedNote, { name }: Pick<Root, 'name'>, { title }: RootBackend): OutcomeError {
  return new OutcomeError(`the state of the ${name} is no longer in ${title}`, {
    code: 'state-moved',
    why: `${by} moved it to ${to}, ${at}`,
    next: hint`${nomadctl`state backend --help`}: the settings of this home still say the old place`,
  });
}

interface Outline {
  readonly lineage: string;
  readonly serial: number;
  readonly resources: number;
}

/** Nothing for what is no state: who reads it says so. */
function outlineOf(text: string | undefined): Outline | undefined {
  try {
    const { lineage, serial, resources } = JSON.parse(text ?? '') as { lineage: string; serial: number; resources: { mode?: string }[] };
    return { lineage, serial, resources: resources.filter(({ mode }) => mode === 'managed').length };
  } catch {
    return undefined;
  }
}

type Problem = readonly [code: 'state-missing' | 'state-foreign' | 'state-older', why: string];

/** A state without resources is the end of a cluster: what comes after it may be anything. */
function compare(before: Outline | undefined, now: Outline | undefined): Problem | undefined {
  if (before === undefined || before.resources === 0) return undefined;
  const resources = `${before.resources} ${before.resources === 1 ? 'resource' : 'resources'}`;
  if (now === undefined) return ['state-missing', `it had ${resources} when it was last seen here: terraform would make all of them again`];
  if (now.lineage !== before.lineage)
    return ['state-foreign', `its lineage is ${now.lineage}, and that of the ${resources} seen here was ${before.lineage}`];
  if (now.serial < before.serial)
    return ['state-older', `its serial is ${now.serial}, and ${before.serial} was seen here: what was made in between is not in it`];
  return undefined;
}

const SAYS: Readonly<Record<Problem[0], string>> = {
  'state-missing': 'is gone',
  'state-foreign': 'is another one',
  'state-older': 'has gone back',
};

function lost([code, why]: Problem, { seen, name }: Pick<Root, 'seen' | 'name'>, { title }: RootBackend): OutcomeError {
  return new OutcomeError(`the state of the ${name} ${SAYS[code]}`, {
    code,
    why: [why, `it is kept in ${title}; the copy that was seen last is ${seen}`],
    next:
      code === 'state-foreign'
        ? hint`${nomadctl`state backend`}   shows where it is looked for; to take what is there: ${shell`mv ${seen} ${seen}.before`}`
        : nomadctl`state migrate --put-back`,
  });
}
