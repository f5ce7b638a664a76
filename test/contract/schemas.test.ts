import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { clusterSchema } from '../../scripts/reference/cluster-schema.js';
import { jobSchema } from '../../scripts/reference/job-schema.js';
import { readManifest } from '../../src/jobs/catalogue/read-manifest.js';
import { command as init } from '../../src/commands/init.js';
import { parseClusterFile } from '../../src/config/parse-cluster-file.js';
import { renderClusterFile } from '../../src/config/render-cluster-file.js';
import type { OptionValue } from '../../src/options/option.js';
import { valueProblem } from '../../src/options/value-problem.js';
import { targets } from '../../src/targets/index.js';
import { createTestContext } from '../helpers/test-context.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const ajv = new Ajv({ allErrors: true, strict: false, allowUnionTypes: true });

// The files in schemas/ are these: reference.test.ts.
const takesCluster = ajv.compile(clusterSchema());
const takesJob = ajv.compile(jobSchema());

/** Whether nomadctl itself takes the file. */
function isRead(text: string): boolean {
  return parseClusterFile(text, { path: 'cluster.yaml', targets }).problems.length === 0;
}

const REQUIRED: Readonly<Record<string, Readonly<Record<string, OptionValue>>>> = {
  local: {},
  ucloud: { projectId: 'org-abc123', allowIp: ['203.0.113.7/32'] },
};

describe('the schema of cluster.yaml', () => {
  test.each(targets.map((target) => [target.id, target] as const))('takes a file with every setting of %s', (id, { options }) => {
    const defaults = Object.entries(options).flatMap(([key, { default: value }]) => (value === undefined ? [] : [[key, value]]));
    const values = { ...(Object.fromEntries(defaults) as Record<string, OptionValue>), ...REQUIRED[id] };
    const text = renderClusterFile({ name: 'dev', target: id, values }, options);
    expect(isRead(text)).toBe(true);
    expect(takesCluster(parse(text)), JSON.stringify(takesCluster.errors)).toBe(true);
  });

  test('is named in the file that init writes, by an address where it is', async () => {
    const ctx = await createTestContext({ global: { yes: true } });
    await init.run({ args: { name: 'here' }, flags: { servers: '3', versionsNomad: '1.11.0' } }, ctx);
    const { file } = ctx.paths.cluster('here');
    const text = await readFile(file, 'utf8');
    const named = /^# yaml-language-server: \$schema=(file:\S+)$/m.exec(text)?.[1] ?? '';
    expect(fileURLToPath(named)).toBe(join(root, 'schemas', 'cluster.schema.json'));
    expect(existsSync(fileURLToPath(named))).toBe(true);
    expect(takesCluster(parse(text)), JSON.stringify(takesCluster.errors)).toBe(true);
    // Kept in git and used on another computer, it names a file that is not there.
    await writeFile(file, text.replace(named, 'file:///nowhere/cluster.schema.json'));
    expect(isRead(await readFile(file, 'utf8'))).toBe(true);
  });

  test('may be named by a key, too', () => {
    const text = '$schema: ../cluster.schema.json\nversion: 1\nname: dev\ntarget: local\n';
    expect(isRead(text)).toBe(true);
    expect(takesCluster(parse(text))).toBe(true);
  });

  test.each([
    ['a key that is none', 'serverz: 1'],
    ['a key of another target', 'projectId: org-abc123'],
    ['a number that is none', 'clients: two'],
    ['a number outside of its range', 'clients: 51'],
    ['an even number of servers', 'servers: 2'],
    ['a word that is no choice', 'addressing: both'],
    ['a list that is none', 'drivers: exec'],
    ['an empty list', 'drivers: []'],
    ['a word that a list must not hold', 'drivers: [podman]'],
    ['a version that is none', 'versions: { nomad: newest }'],
    ['a key that is none in a map', 'versions: { vault: 1.0.0 }'],
  ])('refuses %s, as nomadctl does', (_case, line) => {
    const text = `version: 1\nname: dev\ntarget: local\n${line}\n`;
    expect(isRead(text)).toBe(false);
    expect(takesCluster(parse(text))).toBe(false);
  });

  test.each(['version: 2\nname: dev\ntarget: lokal', 'version: 1\ntarget: local', 'version: 1\nname: Dev\ntarget: local', '[]'])(
    'refuses %j',
    (text) => {
      expect(takesCluster(parse(text))).toBe(false);
    },
  );

  const ruled = targets.flatMap(({ id, options }) => Object.entries(options).map(([key, option]) => [`${id} ${key}`, option] as const));
  const SAMPLES: readonly OptionValue[] = [
    ...[-1, 0, 1, 2, 3, 4, 5, 10, 15, 20, 50, 51, 63, 64, 200, 201, 800, 801, 8000, 8010],
    ...['', 'a', '-', 'org-abc123', 'ü', 'o-standard-4', 'o-standard-3', '1.22.0', 'default', 'https://x', 'ftp://x', '10.80.0.0/16'],
    ...[[], ['auto'], ['podman'], ['a', 'b', 'c', 'd'], ['a', 'a'], ['ucloud/ucloud'], ['ucloud'], ['203.0.113.7/32']],
  ];

  test.each(ruled)('says nothing else than the check: %s', (_name, option) => {
    const { check, ...unchecked } = option;
    if (check?.rule === undefined) return;
    const takes = ajv.compile(check.rule);
    const values = SAMPLES.filter((value) => valueProblem(unchecked, value) === undefined);
    for (const value of values) if (!takes(value)) expect(check(value as never), JSON.stringify(value)).toBeDefined();
    expect(values.some((value) => !takes(value))).toBe(true);
    if (option.default !== undefined) expect(takes(option.default)).toBe(true);
  });
});

describe('the schema of job.json', () => {
  const jobs = join(root, 'templates', 'jobs');
  const textOf = (name: string): string => readFileSync(join(jobs, name, 'job.json'), 'utf8');

  test.each(readdirSync(jobs))('takes %s, which names it', (name) => {
    const manifest = JSON.parse(textOf(name)) as { $schema: string };
    expect(takesJob(manifest), JSON.stringify(takesJob.errors)).toBe(true);
    expect(join(jobs, name, manifest.$schema)).toBe(join(root, 'schemas', 'job.schema.json'));
    expect(readManifest(textOf(name), 'job.json').$schema).toBe(manifest.$schema);
  });

  const fine = { title: 'T', summary: 'S', verify: { checks: [{ kind: 'tcp', title: 'open', group: 'g', port: 'p' }] } };

  test('takes what may be left out', () => expect(takesJob({ title: 'T', summary: 'S' })).toBe(true));

  test.each([
    ['a field that is none', { ...fine, sumary: 'S' }],
    ['a missing field', { title: 'T' }],
    ['a variable of no type', { ...fine, variables: [{ name: 'a', type: 'text', description: 'd' }] }],
    ['a check of no kind', { ...fine, verify: { checks: [{ kind: 'ping', title: 'open', group: 'g' }] } }],
    ['a field of another kind of check', { ...fine, verify: { checks: [{ ...fine.verify.checks[0], status: 200 }] } }],
    ['no check at all', { ...fine, verify: { checks: [] } }],
    ['a path without a slash', { ...fine, verify: { checks: [{ kind: 'http', title: 't', group: 'g', port: 'p', path: 'x' }] } }],
  ])('refuses %s, as nomadctl does', (_case, manifest) => {
    expect(takesJob(fine)).toBe(true);
    expect(takesJob(manifest)).toBe(false);
    expect(() => readManifest(JSON.stringify(manifest), 'job.json')).toThrow(/problem/);
  });
});
