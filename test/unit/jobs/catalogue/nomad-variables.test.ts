import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { declaredVariables, nomadVariables } from '../../../../src/jobs/catalogue/nomad-variables.js';
import { tempHome } from '../../../helpers/temp-home.js';

const hcl = `
variable "count" {
  type    = number
  default = 1
}
variable "zones" {
  type = list(string)
}
variable "note" {
  type = string
}
variable "any" {}
`;

const variables = (words: string[], more: { files?: string[]; env?: Record<string, string> } = {}) =>
  nomadVariables({ hcl, job: 'web.hcl', input: { words, files: more.files ?? [] }, env: more.env ?? {} });

describe('nomadVariables', () => {
  it('finds what a job file declares', () => {
    expect([...declaredVariables(hcl)]).toEqual([
      ['count', 'number'],
      ['zones', 'list(string)'],
      ['note', 'string'],
      ['any', 'any'],
    ]);
  });

  it('quotes words, and passes on collections', async () => {
    expect(await variables(['count=3', 'zones=["a","b"]', 'note=[x] ${y}', 'any=say "hi"'])).toBe(
      'count = "3"\nzones = ["a","b"]\nnote = "[x] $${y}"\nany = "say \\"hi\\""',
    );
  });

  it('lets the later win: environment, file, word', async () => {
    const file = join(await tempHome(), 'prod.hcl');
    await writeFile(file, 'count = 5\nzones = [\n  "a",\n  "b",\n]\n');
    const text = await variables(['count=6'], {
      files: [file],
      env: { NOMAD_VAR_count: '4', NOMAD_VAR_note: 'env', NOMAD_VAR_other: 'x' },
    });
    expect(text).toBe('note = "env"\nzones = [\n  "a",\n  "b",\n]\ncount = "6"');
  });

  it('reads JSON files, too', async () => {
    const file = join(await tempHome(), 'prod.json');
    await writeFile(file, '{"zones": ["a"], "count": 2}');
    expect(await variables([], { files: [file] })).toBe('zones = ["a"]\ncount = 2');
  });

  it('names a variable that is not declared, with the nearest', async () => {
    await expect(variables(['cuont=3', 'zone=1'])).rejects.toMatchObject({
      code: 'variable-invalid',
      message: expect.stringContaining('"zone" (did you mean "zones"?)'),
      why: ['it declares count, zones, note, any'],
    });
  });
});
