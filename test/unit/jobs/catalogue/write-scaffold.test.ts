import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SCAFFOLD_KINDS, writeScaffold } from '../../../../src/jobs/catalogue/write-scaffold.js';
import { requireTool } from '../../../helpers/require-tool.js';
import { tempHome } from '../../../helpers/temp-home.js';

const templates = fileURLToPath(new URL('../../../../templates', import.meta.url));
const nomad = requireTool('nomad');
const before = process.cwd();

describe('writeScaffold', () => {
  beforeEach(async () => process.chdir(await tempHome()));
  afterEach(() => process.chdir(before));

  it.each(SCAFFOLD_KINDS)('writes a %s job that Nomad accepts', async (kind) => {
    const file = await writeScaffold({ kind, name: `my-${kind}`, templates });
    expect(readFileSync(file, 'utf8')).toContain(`job "my-${kind}" {`);
    if (nomad === undefined) return;
    const env = { NOMAD_ADDR: 'http://127.0.0.1:1' };
    expect(() => execFileSync(nomad, ['job', 'validate', file], { env, stdio: 'pipe' })).not.toThrow();
    expect(() => execFileSync(nomad, ['fmt', '-check', file], { env, stdio: 'pipe' })).not.toThrow();
  });

  it('never overwrites', async () => {
    writeFileSync('web.nomad.hcl', 'mine');
    await expect(writeScaffold({ kind: 'web', name: 'web', templates })).rejects.toMatchObject({ code: 'file-exists', exitCode: 2 });
    expect(readFileSync('web.nomad.hcl', 'utf8')).toBe('mine');
  });

  it('names an unknown kind and a name that cannot be one', async () => {
    await expect(writeScaffold({ kind: 'servce', name: 'x', templates })).rejects.toThrow(
      'there is no kind of job "servce" (did you mean "service"?)',
    );
    await expect(writeScaffold({ kind: 'web', name: '../x', templates })).rejects.toMatchObject({ code: 'name-invalid' });
  });
});
