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

  const shapes = SCAFFOLD_KINDS.flatMap((kind) => (['raw_exec', 'docker'] as const).map((driver) => ({ kind, driver })));
  it.each(shapes)('writes a $kind job for $driver that Nomad accepts', async ({ kind, driver }) => {
    const file = await writeScaffold({ kind, name: `my-${kind}`, driver, templates });
    expect(readFileSync(file, 'utf8')).toContain(`job "my-${kind}" {`);
    expect(readFileSync(file, 'utf8').match(/driver\s+= "(\w+)"/)?.[1]).toBe(driver);
    if (driver === 'docker') expect(readFileSync(file, 'utf8')).toMatch(/image\s+= "docker\.io\//);
    if (nomad === undefined) return;
    const env = { NOMAD_ADDR: 'http://127.0.0.1:1' };
    expect(() => execFileSync(nomad, ['job', 'validate', file], { env, stdio: 'pipe' })).not.toThrow();
    expect(() => execFileSync(nomad, ['fmt', '-check', file], { env, stdio: 'pipe' })).not.toThrow();
  });

  it('names a namespace where one was given', async () => {
    const file = await writeScaffold({ kind: 'batch', name: 'x', driver: 'docker', namespace: 'team', templates });
    expect(readFileSync(file, 'utf8')).toContain('namespace   = "team"');
  });

  it('never overwrites', async () => {
    writeFileSync('web.nomad.hcl', 'mine');
    await expect(writeScaffold({ kind: 'web', name: 'web', driver: 'raw_exec', templates })).rejects.toMatchObject({
      code: 'file-exists',
      exitCode: 2,
    });
    expect(readFileSync('web.nomad.hcl', 'utf8')).toBe('mine');
  });

  it('names an unknown kind and a name that cannot be one', async () => {
    await expect(writeScaffold({ kind: 'servce', name: 'x', driver: 'raw_exec', templates })).rejects.toThrow(
      'there is no kind of job "servce" (did you mean "service"?)',
    );
    await expect(writeScaffold({ kind: 'web', name: '../x', driver: 'raw_exec', templates })).rejects.toMatchObject({
      code: 'name-invalid',
    });
  });
});
