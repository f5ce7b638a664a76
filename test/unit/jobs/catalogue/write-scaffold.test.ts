import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findJob, type TemplateSource } from '../../../../src/jobs/catalogue/find-job.js';
import { readManifest } from '../../../../src/jobs/catalogue/read-manifest.js';
import { SCAFFOLD_KINDS, writeScaffold, type ScaffoldRequest } from '../../../../src/jobs/catalogue/write-scaffold.js';
import { renderTemplate } from '../../../../src/render/template-engine.js';
import { requireTool } from '../../../helpers/require-tool.js';
import { tempHome } from '../../../helpers/temp-home.js';

const templates = fileURLToPath(new URL('../../../../templates', import.meta.url));
const nomad = requireTool('nomad');
const before = process.cwd();
const shapes = SCAFFOLD_KINDS.flatMap((kind) => (['raw_exec', 'docker'] as const).map((driver) => ({ kind, driver })));

function acceptedByNomad(file: string): void {
  if (nomad === undefined) return;
  const env = { NOMAD_ADDR: 'http://127.0.0.1:1' };
  expect(() => execFileSync(nomad, ['job', 'validate', file], { env, stdio: 'pipe' })).not.toThrow();
  expect(() => execFileSync(nomad, ['fmt', '-check', file], { env, stdio: 'pipe' })).not.toThrow();
}

describe('writeScaffold', () => {
  let request: (changes: Partial<ScaffoldRequest>) => ScaffoldRequest;
  beforeEach(async () => {
    process.chdir(await tempHome());
    const paths = { templates, ownJobs: join(process.cwd(), 'home', 'jobs') };
    request = (changes) => ({ kind: 'web', name: 'web', driver: 'raw_exec', own: false, paths, ...changes });
  });
  afterEach(() => process.chdir(before));

  it.each(shapes)('writes a $kind job for $driver that Nomad accepts', async ({ kind, driver }) => {
    const { word, place } = await writeScaffold(request({ kind, name: `my-${kind}`, driver }));
    const text = readFileSync(place, 'utf8');
    expect(text).toContain(`job "my-${kind}" {`);
    expect(text).toContain(`nomadctl job deploy ${word}\n`);
    expect(text.match(/driver\s+= "(\w+)"/)?.[1]).toBe(driver);
    if (driver === 'docker') expect(text).toMatch(/image\s+= "docker\.io\//);
    acceptedByNomad(place);
  });

  it.each(shapes)('writes a $kind job for $driver into the own catalogue, with a check', async ({ kind, driver }) => {
    const asked = request({ kind, name: `my-${kind}`, driver, own: true });
    const { word, files } = await writeScaffold(asked);
    const { manifest, text } = (await findJob(word, asked.paths)) as TemplateSource;
    expect(readManifest(readFileSync(files[1]?.path ?? '', 'utf8'), 'job.json')).toEqual(manifest);
    expect(manifest.verify?.checks.length).toBeGreaterThan(0);
    const defaults = Object.fromEntries(manifest.variables.map((variable) => [variable.name, variable.default]));
    const named = renderTemplate({ file: word, text, values: { ...defaults, datacenters: ['north'] } });
    expect(named).toContain('datacenters = ["north"]');
    expect(named).not.toContain('var.');
    writeFileSync('own.nomad.hcl', named);
    acceptedByNomad('own.nomad.hcl');
    // The same job, but for what is a variable now.
    const { place } = await writeScaffold({ ...asked, own: false });
    const plain = readFileSync(place, 'utf8').replace(/variable "count" \{[^}]*\}\n\n/, '');
    const comparable = (job: string): string => job.replaceAll(/^#.*\n/gm, '');
    expect(comparable(named.replace('["north"]', '["*"]'))).toBe(comparable(plain.replace('var.count', '1')));
  });

  it('names a namespace where one was given', async () => {
    const { place } = await writeScaffold(request({ kind: 'batch', name: 'x', driver: 'docker', namespace: 'team' }));
    expect(readFileSync(place, 'utf8')).toContain('namespace   = "team"');
  });

  it('never overwrites', async () => {
    writeFileSync('web.nomad.hcl', 'mine');
    await expect(writeScaffold(request({}))).rejects.toMatchObject({ code: 'file-exists', exitCode: 2 });
    expect(readFileSync('web.nomad.hcl', 'utf8')).toBe('mine');
    const own = request({ own: true });
    const { files } = await writeScaffold(own);
    for (const { path } of files) writeFileSync(path, 'mine');
    await expect(writeScaffold(own)).rejects.toMatchObject({ code: 'file-exists' });
    for (const { path } of files) expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  it('names an unknown kind and a name that cannot be one', async () => {
    await expect(writeScaffold(request({ kind: 'servce', name: 'x' }))).rejects.toThrow(
      'there is no kind of job "servce" (did you mean "service"?)',
    );
    await expect(writeScaffold(request({ name: '../x' }))).rejects.toMatchObject({ code: 'name-invalid' });
  });
});
