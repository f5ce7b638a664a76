import { PrerequisiteError } from '@nomadctl/base/errors';
import type { Hint } from '@nomadctl/base/hint/hint';
import { defineStep, imagesToBuild } from '../../ucloud/images/images-state.js';

/** Asks for every file that a build will fetch, before anything is made that costs. */
export const lookUpFilesStep = defineStep({
  id: 'look-up-files',
  title: 'Looking up files',
  requires: ['imageWork'],
  provides: ['imageFiles'],
  hideWhenDone: true,
  isDone: async (at) => (imagesToBuild(at).length === 0 ? { done: true } : { done: false, because: 'something is to be built' }),
  async run(at) {
    const { findFiles } = await import('../../ucloud/images/find-files.js');
    const { files, missing, count } = await findFiles(at);
    if (missing.length > 0) throw filesMissing(missing);
    return { state: { imageFiles: files }, detail: count === 0 ? 'nothing' : `${count} files` };
  },
});

interface Missing {
  readonly what: string;
  readonly answer: string;
  readonly remedy: Hint;
}

function filesMissing(missing: readonly Missing[]): PrerequisiteError {
  const [first] = missing;
  const names = [...new Set(missing.map(({ what }) => what))];
  const width = Math.max(...names.map(({ length }) => length));
  return new PrerequisiteError(
    `${inWords(names)} ${names.length === 1 ? 'is' : 'are'} not where the builds would look for ${names.length === 1 ? 'it' : 'them'}`,
    {
      code: 'files-missing',
      why: [...missing.map(({ what, answer }) => `${what.padEnd(width)}  ${answer}`), 'nothing was created at UCloud'],
      next: first?.remedy,
      details: { missing: missing.map(({ what, answer }) => ({ what, answer })) },
    },
  );
}

function inWords(names: readonly string[]): string {
  return names.length < 3 ? names.join(' and ') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
