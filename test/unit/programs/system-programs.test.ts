import { readdirSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { GivenManifest } from '../../../src/jobs/catalogue/job-manifest.js';
import { fileBesidePath, installHint, systemPrograms } from '../../../src/programs/packages/system-programs.js';
import { tempHome } from '../../helpers/temp-home.js';
import { createToolWorld, writeProgram } from '../../helpers/tool-context.js';

const jobs = fileURLToPath(new URL('../../../templates/jobs', import.meta.url));
/** Of every Linux, and of those who run nomadctl. */
const EVERYWHERE = ['awk', 'df', 'node'];

it('every program that a job of the catalogue names has a package', () => {
  const needed = readdirSync(jobs).flatMap((job) => {
    const { programs = {} } = JSON.parse(readFileSync(join(jobs, job, 'job.json'), 'utf8')) as GivenManifest;
    return Object.values(programs).flatMap((byDriver) => Object.values(byDriver).flat());
  });
  expect(needed.filter((program) => !EVERYWHERE.includes(program) && !(program in systemPrograms))).toEqual([]);
});

describe('installHint', () => {
  it('names each package once, as this computer calls them', async () => {
    const { ctx, bin } = await createToolWorld();
    await writeProgram(join(bin, 'apt-get'), '#!/bin/sh\n');
    expect(await installHint(ctx, ['postgres', 'psql', 'memcached'], 0)).toEqual(
      'sudo apt-get install postgresql postgresql-client memcached',
    );
    expect(await installHint(ctx, ['postgres'], 1000)).toEqual('sudo apt-get install postgresql');
  });

  it('is doctor where that gets them for an ordinary user, and where nobody knows the program', async () => {
    const { ctx, bin } = await createToolWorld();
    await writeProgram(join(bin, 'dnf'), '#!/bin/sh\n');
    expect(await installHint(ctx, ['redis-cli'], 1000)).toEqual('nomadctl doctor --fix');
    expect(await installHint(ctx, ['of-my-own', 'memcached'], 0)).toEqual('nomadctl doctor --fix');
    expect(await installHint(ctx, ['redis-cli', 'epmd'], 0)).toEqual('sudo dnf install redis erlang-erts');
  });
});

describe('fileBesidePath', () => {
  it('takes the newest version that is there', async () => {
    const folder = await tempHome();
    for (const version of ['9.6', '15', '14']) await writeProgram(join(folder, version, 'bin', 'postgres'), '#!/bin/sh\n');
    await mkdir(join(folder, '16', 'bin'), { recursive: true });
    const known = { postgres: { apt: '', dnf: '', brew: '', files: [join(folder, '*', 'bin', 'postgres')] } };
    expect(await fileBesidePath('postgres', known)).toBe(join(folder, '15', 'bin', 'postgres'));
    expect(await fileBesidePath('psql', known)).toBeUndefined();
  });

  it('knows nothing of other programs', async () => {
    expect(await fileBesidePath('memcached')).toBeUndefined();
    expect(await fileBesidePath('of-my-own')).toBeUndefined();
  });
});
