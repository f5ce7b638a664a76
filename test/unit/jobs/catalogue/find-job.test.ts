import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findJob, listJobs } from '../../../../src/jobs/catalogue/find-job.js';
import { createTestContext } from '../../../helpers/test-context.js';

const MANIFEST = '{"title": "Mine", "summary": "S"}';

describe('the catalogue', () => {
  it('lists what ships with nomadctl', async () => {
    const { paths } = await createTestContext();
    expect(await listJobs(paths)).toContainEqual(expect.objectContaining({ name: 'redis', own: false, kind: 'template' }));
  });

  it('puts own templates and job files first', async () => {
    const { paths } = await createTestContext();
    await mkdir(join(paths.ownJobs, 'redis'), { recursive: true });
    await writeFile(join(paths.ownJobs, 'redis', 'job.json'), MANIFEST);
    await writeFile(join(paths.ownJobs, 'redis', 'job.nomad.hcl.hbs'), 'job "mine" {}\n');
    await writeFile(join(paths.ownJobs, 'shop.nomad.hcl'), 'job "shop" {}\n');
    expect((await listJobs(paths)).filter(({ own }) => own).map(({ name, kind }) => [name, kind])).toEqual([
      ['redis', 'template'],
      ['shop', 'file'],
    ]);
    expect(await findJob('redis', paths)).toMatchObject({ kind: 'template', manifest: { title: 'Mine' } });
    expect(await findJob('shop', paths)).toMatchObject({ kind: 'file', folder: paths.ownJobs, text: 'job "shop" {}\n' });
  });

  it('lists names in the order that a dictionary has them', async () => {
    const { paths } = await createTestContext();
    const names = ['b', 'a-b', 'ab', 'a', 'a1', 'a-1', '1a', 'Ab', 'a_b', 'é', 'B2', 'b-', 'b10', 'b2', 'zz', 'Z'];
    await mkdir(paths.ownJobs, { recursive: true });
    for (const name of names) await writeFile(join(paths.ownJobs, `${name}.hcl`), 'job "x" {}');
    const listed = (await listJobs(paths)).filter(({ own }) => own).map(({ name }) => name);
    expect(listed).toEqual(names.toSorted((a, b) => a.localeCompare(b)));
  });

  it('says what is wrong with an own template', async () => {
    const { paths } = await createTestContext();
    await mkdir(join(paths.ownJobs, 'shop'), { recursive: true });
    await writeFile(join(paths.ownJobs, 'shop', 'job.json'), '{"title": "Shop"}');
    await writeFile(join(paths.ownJobs, 'shop', 'job.nomad.hcl.hbs'), 'job "shop" {}');
    await expect(findJob('shop', paths)).rejects.toMatchObject({ code: 'template-invalid', why: [expect.stringMatching(/^summary: /)] });
  });

  it('reads a file by its path, HCL or JSON', async () => {
    const { paths } = await createTestContext();
    await mkdir(paths.home, { recursive: true });
    const hcl = join(paths.home, 'a.nomad');
    const json = join(paths.home, 'b.hcl');
    await writeFile(hcl, 'job "a" {}');
    await writeFile(json, ' {"Job": {}}');
    expect(await findJob(hcl, paths)).toMatchObject({ kind: 'file', name: hcl });
    expect(await findJob(json, paths)).toMatchObject({ kind: 'file' });
  });

  it('suggests the nearest name', async () => {
    const { paths } = await createTestContext();
    await expect(findJob('redi', paths)).rejects.toMatchObject({
      code: 'job-unknown',
      message: 'there is no job "redi" (did you mean "redis"?)',
      exitCode: 2,
    });
  });

  it('tells a missing file from a missing name', async () => {
    const { paths } = await createTestContext();
    await expect(findJob('./none.nomad.hcl', paths)).rejects.toMatchObject({ code: 'job-file-missing' });
  });

  it('refuses an empty file', async () => {
    const { paths } = await createTestContext();
    await writeFile(join(paths.home, 'empty.hcl'), '\n');
    await expect(findJob(join(paths.home, 'empty.hcl'), paths)).rejects.toMatchObject({ code: 'job-file', exitCode: 2 });
  });
});
