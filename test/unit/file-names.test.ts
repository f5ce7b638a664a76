import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { sourceFiles } from '../helpers/house.js';

/** Rooms that steps stand on, and whose files say their part of what a step does by a name of their own. */
const SUBJECTS = /^src\/(cluster|agents|programs|machines|terraform|jobs)\//;

test('whoever looks for a step by its name finds no other file of that name among what it stands on', () => {
  const files = sourceFiles();
  const steps = new Set(files.filter((path) => path.startsWith('src/steps/')).map((path) => basename(path)));
  expect(steps.size).toBeGreaterThan(40);
  expect(files.filter((path) => SUBJECTS.test(path) && steps.has(basename(path)))).toEqual([]);
});
