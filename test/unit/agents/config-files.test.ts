import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { outdatedConfigs, writeConfigs } from '../../../src/agents/config-files.js';
import { tempHome } from '../../helpers/temp-home.js';

const WANTED = '{"a": 1, "b": {"c": [1, 2]}}\n';

test.each([
  ['as it should be', WANTED, false],
  ['in another order', '{"b": {"c": [1, 2]},\n "a": 1}', false],
  ['with another value', '{"a": 2, "b": {"c": [1, 2]}}', true],
  ['with a list in another order', '{"a": 1, "b": {"c": [2, 1]}}', true],
  ['with one key more', '{"a": 1, "b": {"c": [1, 2]}, "d": null}', true],
  ['cut short', '{"a": 1, "b"', true],
  ['empty', '', true],
  ['not there', undefined, true],
])('a file that is %s', async (_, there, isOutdated) => {
  const path = join(await tempHome(), 'agent.json');
  if (there !== undefined) await writeFile(path, there);
  const rendered = new Map([[path, WANTED]]);
  expect(await outdatedConfigs(rendered)).toEqual(isOutdated ? [path] : []);
  await writeConfigs(rendered, [path]);
  expect(await outdatedConfigs(rendered)).toEqual([]);
});
