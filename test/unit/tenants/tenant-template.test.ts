import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderTemplate } from '../../../src/render/template-engine.js';
import { parseJobText } from '../../../src/jobs/parse/parse-job-text.js';
import { nodeValues } from '../../../src/jobs/catalogue/node-values.js';
import { tenantChecks, tenantJobSource } from '../../../src/tenants/tenant-job.js';
import { checkedMembers, findTenantTemplate, listTenantTemplates } from '../../../src/tenants/tenant-template.js';
import { checkedVariables } from '../../../src/tenants/tenant-variables.js';
import { createTestContext } from '../../helpers/test-context.js';
import { requireTool } from '../../helpers/require-tool.js';
import { thrown } from '../../helpers/thrown.js';

const nomad = requireTool('nomad');

describe('templates of tenants', () => {
  it('ship with nomadctl', async () => {
    expect(await listTenantTemplates((await createTestContext()).paths)).toEqual(['redis', 'rocketmq']);
  });

  it.skipIf(nomad === undefined)(
    'are jobs of which Nomad reads every one, with a group, a volume and a service for each member',
    async () => {
      const ctx = await createTestContext({ env: { PATH: process.env['PATH'] } });
      for (const name of await listTenantTemplates(ctx.paths)) {
        const template = await findTenantTemplate(name, ctx.paths);
        for (const one of template.jobs) {
          for (const driver of ['raw_exec', 'docker']) {
            const volumes = [0, 1].map((index) => ({ name: `shop-${one.part.job}-${index}`, id: `id-${index}`, path: `/v/${index}` }));
            const { text, values, manifest } = tenantJobSource(one, { tenant: 'shop', members: 2 }, one.part.volume ? volumes : []);
            const defaults = Object.fromEntries(manifest.variables.map((variable) => [variable.name, variable.default ?? driver]));
            const rendered = renderTemplate({ file: name, text, values: { ...defaults, ...nodeValues(manifest), ...values } });
            const { spec } = await parseJobText(ctx, { name, text: rendered, variables: { words: [], files: [] }, program: nomad ?? '' });
            expect(spec.ID).toBe(one.part.job);
            expect(spec.TaskGroups.map(({ Name }) => Name)).toEqual([`${one.part.job}-0`, `${one.part.job}-1`]);
            expect(spec.TaskGroups.flatMap(({ Services }) => Services ?? []).every(({ Name }) => Name.startsWith('shop-'))).toBe(true);
            // What asks Consul for a service has a token to ask with.
            const asking = spec.TaskGroups.flatMap(({ Tasks }) => Tasks).filter(({ Templates }) =>
              JSON.stringify(Templates ?? []).includes('service .'),
            );
            expect(asking.filter(({ Consul }) => !Consul).map(({ Name }) => Name)).toEqual([]);
            const sources = spec.TaskGroups.flatMap(({ Volumes }) => Object.values(Volumes ?? {})).map(({ Source }) => Source);
            expect(sources).toEqual(one.part.volume ? volumes.map((volume) => volume.name) : []);
          }
        }
      }
    },
  );

  it('try the address that a customer gets', async () => {
    const { jobs } = await findTenantTemplate('redis', (await createTestContext()).paths);
    const address = { service: 'shop-redis', addresses: ['10.0.0.1:6379'] };
    const text = JSON.stringify(tenantChecks(jobs[0]!, { tenant: 'shop', address }));
    expect(text).toContain('-h 10.0.0.1 -p 6379');
    expect(text).toContain('"service":"shop-redis"');
    expect(text).not.toMatch(/\$\{(tenant|host|port)\}/);
  });

  it('need no TypeScript: one of the user’s own is a folder, and its problems are all told', async () => {
    const { paths } = await createTestContext();
    const folder = join(paths.home, 'tenants', 'mine');
    await mkdir(join(folder, 'web'), { recursive: true });
    await writeFile(join(folder, 'web', 'job.json'), '{"title": "Web", "summary": "S"}');
    await writeFile(join(folder, 'web', 'job.nomad.hcl.hbs'), 'job "web" {}\n');
    await writeFile(
      join(folder, 'tenant.json'),
      '{"title": "Mine", "summary": "S", "jobs": [{"job": "web"}], "address": {"service": "web", "url": "http://${addresses}"}}',
    );
    expect((await findTenantTemplate('mine', paths)).jobs[0]?.source.manifest.title).toBe('Web');
    await writeFile(join(folder, 'tenant.json'), '{"title": "Mine", "jobs": []}');
    expect(await thrown(() => findTenantTemplate('mine', paths))).toMatchObject({
      code: 'template-invalid',
      why: expect.arrayContaining([
        expect.stringMatching(/^summary/),
        expect.stringMatching(/^jobs/),
        expect.stringMatching(/^address/),
      ]) as unknown,
    });
  });

  it('refuse what they cannot be, with the way out', async () => {
    const { paths } = await createTestContext();
    expect(await thrown(() => findTenantTemplate('rediss', paths))).toMatchObject({
      code: 'tenant-template-unknown',
      message: expect.stringContaining('did you mean "redis"') as unknown,
    });
    const redis = await findTenantTemplate('redis', paths);
    expect(checkedMembers(redis, undefined)).toBe(1);
    expect((await thrown(() => checkedMembers(redis, 10))).code).toBe('members-invalid');
    expect((await thrown(() => checkedVariables(redis, ['memmory=3']))).message).toContain('did you mean "memory"');
    expect((await thrown(() => checkedVariables(redis, ['memory=3']))).code).toBe('variable-invalid');
  });
});
