import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jobManifestSchema } from '../../../../src/jobs/catalogue/job-manifest.js';
import { inputValues, resolveVariables, splitWord } from '../../../../src/jobs/catalogue/resolve-variables.js';
import type { UsageError } from '../../../../packages/base/src/errors.js';
import { tempHome } from '../../../helpers/temp-home.js';

const manifest = jobManifestSchema.parse({
  title: 'T',
  summary: 'S',
  variables: [
    { name: 'name', type: 'string', description: 'who', pattern: '[a-z]+' },
    { name: 'count', type: 'number', description: 'n', default: 1, min: 0 },
    { name: 'loud', type: 'boolean', description: 'b', default: false },
    { name: 'zones', type: 'list', description: 'l', default: ['*'] },
    { name: 'driver', type: 'driver', description: 'd', choices: ['raw_exec', 'docker'] },
  ],
});

const resolve = (inputs: Record<string, unknown>) => resolveVariables({ job: 'j', manifest, inputs, driver: () => 'raw_exec' });

function problemsOf(inputs: Record<string, unknown>): readonly string[] {
  try {
    resolve(inputs);
  } catch (error) {
    const { message, why } = error as UsageError;
    return why.length > 0 ? why : [message];
  }
  return [];
}

describe('resolveVariables', () => {
  it('takes defaults, and asks for the driver only where none was given', () => {
    expect(resolve({ name: 'web' })).toEqual({ name: 'web', count: 1, loud: false, zones: ['*'], driver: 'raw_exec' });
    expect(resolve({ name: 'web', driver: 'docker' })).toMatchObject({ driver: 'docker' });
  });

  it('names every problem at once', () => {
    expect(problemsOf({ name: 'Web', count: -1, loud: 'yes', zone: 'a', driver: 'podman' })).toEqual([
      'zone: j has no such variable (did you mean "zones"?)',
      'name: must match [a-z]+ (got "Web")',
      'count: must be at least 0 (got -1)',
      'loud: must be a boolean (got "yes")',
      'driver: must be one of raw_exec, docker (got "podman")',
    ]);
  });

  it('says what a variable without default is for', () => {
    expect(problemsOf({})).toEqual(['job j: name: must be given: who']);
  });
});

describe('inputValues', () => {
  it('reads words by the type of their variable, and leaves what does not fit for the message', async () => {
    const inputs = await inputValues(manifest, { words: ['name=a=b', 'count=3', 'loud=true', 'zones=a, b', 'other=x'], files: [] });
    expect(inputs).toEqual({ name: 'a=b', count: 3, loud: true, zones: ['a', 'b'], other: 'x' });
    expect(await inputValues(manifest, { words: ['count=many'], files: [] })).toEqual({ count: 'many' });
  });

  it('lets words win over files', async () => {
    const file = join(await tempHome(), 'vars.json');
    await writeFile(file, '{"count": 5, "name": "file"}');
    expect(await inputValues(manifest, { words: ['count=6'], files: [file] })).toEqual({ count: 6, name: 'file' });
  });

  it.each([
    ['[1]', /must hold one JSON object/],
    ['{', /could not be read/],
  ])('refuses a file that holds %s', async (text, message) => {
    const file = join(await tempHome(), 'vars.json');
    await writeFile(file, text);
    await expect(inputValues(manifest, { words: [], files: [file] })).rejects.toThrow(message);
  });

  it('names a word without a value', () => {
    expect(() => splitWord('count')).toThrow('--var count has no value');
    expect(() => splitWord('=3')).toThrow('--var =3 has no value');
  });
});
