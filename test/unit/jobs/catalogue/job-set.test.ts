import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, test } from 'vitest';
import { readJobSet } from '../../../../src/jobs/catalogue/job-set.js';
import { tempHome } from '../../../helpers/temp-home.js';
import { thrown } from '../../../helpers/thrown.js';

async function fileWith(text: string): Promise<string> {
  const file = join(await tempHome(), 'jobs.json');
  await writeFile(file, text);
  return file;
}

it('reads jobs in order, with stages and variables', async () => {
  const set = ['a', ['b', { job: './c.nomad.hcl', variables: { count: 2, names: ['x', 'y'], fast: true, text: 'k=v' } }]];
  expect(await readJobSet(await fileWith(JSON.stringify(set)))).toEqual([
    [{ job: 'a', words: [] }],
    [
      { job: 'b', words: [] },
      { job: './c.nomad.hcl', words: ['count=2', 'names=x,y', 'fast=true', 'text=k=v'] },
    ],
  ]);
});

test.each([
  ['{', /JSON/],
  ['{}', 'it is not a list with something in it'],
  ['[]', 'it is not a list with something in it'],
  ['[7]', 'entry 1: 7 is no job'],
  ['["a", ["a"]]', 'a is there twice'],
  ['[{"jobs": "a"}]', 'entry 1: jobs: unknown key; a job has job and variables'],
  ['[{"variables": {}}]', 'entry 1: it names no job'],
  ['["a", {"job": "b", "variables": 1}]', 'entry 2: variables of b are no object'],
  ['[{"job": "b", "variables": {"x": {}}}]', 'entry 1: variable x of b must be a text, a number, true or false, or a list of texts'],
])('%s is no set', async (text, why) => {
  const error = (await thrown(() => fileWith(text).then(readJobSet))) as { code: string; why: readonly string[] };
  expect(error.code).toBe('job-set');
  expect(error.why[0]).toEqual(typeof why === 'string' ? why : expect.stringMatching(why));
});

it('names the file that is not there', async () => {
  expect(await thrown(() => readJobSet('/nowhere/jobs.json'))).toMatchObject({
    code: 'job-set',
    message: '/nowhere/jobs.json is no set of jobs',
  });
});
