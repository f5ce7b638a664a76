import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readTemplate, TEMPLATE_FILE } from '../../../../src/jobs/catalogue/find-job.js';
import { readManifest } from '../../../../src/jobs/catalogue/read-manifest.js';
import { nodeValues } from '../../../../src/jobs/catalogue/node-values.js';
import { resolveVariables } from '../../../../src/jobs/catalogue/resolve-variables.js';
import { renderTemplate } from '../../../../src/render/template-engine.js';
import { requireTool } from '../../../helpers/require-tool.js';

const jobs = fileURLToPath(new URL('../../../../templates/jobs', import.meta.url));
const golden = fileURLToPath(new URL('../../../golden/jobs', import.meta.url));
const nomad = requireTool('nomad');

async function rendered(name: string): Promise<string> {
  const dir = join(jobs, name);
  const { manifest, text } = await readTemplate({ name, path: dir, own: false, kind: 'template' });
  const inputs = JSON.parse(readFileSync(join(dir, 'example.json'), 'utf8')) as Record<string, unknown>;
  const values = resolveVariables({ job: name, manifest, inputs, driver: (variable) => variable.choices?.[0] ?? '' });
  return renderTemplate({ file: `${name}/${TEMPLATE_FILE}`, text, values: { ...values, ...nodeValues(manifest) } });
}

describe.each(readdirSync(jobs))('template %s', (name) => {
  it('has a manifest that is right, and read without the schema as with it', async () => {
    const json = readFileSync(join(jobs, name, 'job.json'), 'utf8');
    const { manifest } = await readTemplate({ name, path: join(jobs, name), own: false, kind: 'template' });
    expect(manifest).toEqual(readManifest(json, `${name}/job.json`));
  });

  it('renders its example as the golden file says', async () => {
    await expect(await rendered(name)).toMatchFileSnapshot(join(golden, `${name}.nomad.hcl`));
  });

  it.skipIf(nomad === undefined)('renders what Nomad accepts, formatted as Nomad does', async () => {
    const text = await rendered(name);
    const env = { PATH: process.env['PATH'], NOMAD_ADDR: 'http://127.0.0.1:1' };
    // Without an agent there is a warning about driver settings; the specification is checked all the same.
    expect(() => execFileSync(nomad ?? '', ['job', 'validate', '-'], { input: text, env, stdio: 'pipe' })).not.toThrow();
    expect(execFileSync(nomad ?? '', ['fmt', '-'], { input: text, env, stdio: 'pipe' }).toString()).toBe(text);
  });

  it('has a README that names every variable, and an example of known ones', async () => {
    const { variables } = (await readTemplate({ name, path: join(jobs, name), own: false, kind: 'template' })).manifest;
    const readme = readFileSync(join(jobs, name, 'README.md'), 'utf8');
    expect(variables.filter((variable) => !readme.includes(`\`${variable.name}\``))).toEqual([]);
  });

  it("puts Nomad's own double braces into raw blocks", () => {
    const text = readFileSync(join(jobs, name, TEMPLATE_FILE), 'utf8').replace(/\{\{\{\{raw\}\}\}\}[\s\S]*?\{\{\{\{\/raw\}\}\}\}/g, '');
    expect(text).not.toMatch(/\{\{-?\s*(with|range|key|secret|service|env|end)\b/);
  });
});

it.skipIf(nomad === undefined)('driver docker renders what Nomad accepts, too', async () => {
  const { manifest, text } = await readTemplate({ name: 'redis', path: join(jobs, 'redis'), own: false, kind: 'template' });
  const values = resolveVariables({
    job: 'redis',
    manifest,
    inputs: { driver: 'docker', registry: 'registry.example/lib' },
    driver: () => 'exec',
  });
  const hcl = renderTemplate({ file: 'redis', text, values });
  expect(hcl).toContain('image        = "registry.example/lib/redis:7.2.5-alpine"');
  expect(() =>
    execFileSync(nomad ?? '', ['job', 'validate', '-'], { input: hcl, env: { NOMAD_ADDR: 'http://127.0.0.1:1' }, stdio: 'pipe' }),
  ).not.toThrow();
});
