import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, PrerequisiteError } from '../../../packages/base/src/errors.js';
import { emptyJournal, openJournal, readJournal } from '../../../src/engine/journal.js';
import { tempHome } from '../../helpers/temp-home.js';
import { thrown } from '../../helpers/thrown.js';
import { canMount, tinyDisk } from '../../helpers/tiny-disk.js';
import { hintLine } from '../../helpers/hint-line.js';

const whole = JSON.stringify(emptyJournal('dev'));

async function journalFile(content?: string): Promise<string> {
  const path = join(await tempHome(), 'clusters', 'dev', 'journal.json');
  if (content !== undefined) {
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, content);
  }
  return path;
}

test('an absent journal is an empty one, and reading makes nothing', async () => {
  const path = await journalFile();
  expect(await readJournal(path, 'dev')).toEqual({ version: 1, cluster: 'dev', state: {}, steps: {}, runs: [] });
  await expect(stat(join(path, '..'))).rejects.toThrow('ENOENT');
});

test('every change is on disk when the call returns, private to the user', async () => {
  const path = await journalFile();
  const journal = await openJournal(path, 'dev');
  await journal.update((data) => void (data.state['address'] = '127.0.64.1'));
  expect((await readJournal(path, 'dev')).state).toEqual({ address: '127.0.64.1' });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(join(path, '..'))).mode & 0o777).toBe(0o700);
});

test('changes made side by side are all kept, and leave no temporary files', async () => {
  const path = await journalFile();
  const journal = await openJournal(path, 'dev');
  await Promise.all(Array.from({ length: 50 }, (_, index) => journal.update((data) => void (data.state[`k${index}`] = index))));
  expect(Object.keys((await readJournal(path, 'dev')).state)).toHaveLength(50);
  expect(await readdir(join(path, '..'))).toEqual(['journal.json']);
});

test('is read back as it was written, whatever became of runs and steps', async () => {
  const path = await journalFile();
  const journal = await openJournal(path, 'dev');
  const ends = ['running', 'succeeded', 'failed', 'interrupted'] as const;
  await journal.update((data) => {
    for (const end of ends) {
      const error = end === 'failed' ? { error: { code: 'tool-failed', message: 'it broke' } } : {};
      data.steps[end] = { status: end, startedAt: 1, finishedAt: 2, fingerprint: { size: 'ab12' }, detail: 'three', ...error };
      data.runs.push({ id: end, plan: 'nomadctl up', pid: 7, startedAt: 1, outcome: end, ...(end === 'running' ? {} : { finishedAt: 2 }) });
    }
  });
  expect(await readJournal(path, 'dev')).toEqual(journal.data);
});

test('the last twenty runs are kept', async () => {
  const journal = await openJournal(await journalFile(), 'dev');
  for (let run = 0; run < 25; run++) {
    await journal.update((data) => void data.runs.push({ id: String(run), plan: 'up', pid: 1, startedAt: 0, outcome: 'succeeded' }));
  }
  expect(journal.data.runs.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, index) => String(index + 5)));
});

describe('a journal that cannot be read is explained and left untouched', () => {
  test.each([
    ['empty', '', 'journal-damaged', /is empty/],
    ['blank', ' \n', 'journal-damaged', /is empty/],
    ['torn', whole.slice(0, -7), 'journal-damaged', /not whole JSON/],
    ['no journal at all', '"hello"', 'journal-damaged', /no version/],
    ['null', 'null', 'journal-damaged', /no version/],
    ['newer', whole.replace('"version":1', '"version":2'), 'journal-version', /version is 2.*a newer nomadctl wrote it/],
    ['older', whole.replace('"version":1', '"version":0'), 'journal-version', /version is 0.*knows no way from there/],
    ['of the wrong shape', whole.replace('"steps":{}', '"steps":{"a":{"status":"odd"}}'), 'journal-damaged', /steps\.a\.status/],
    ['binary', '\u0000\u0001', 'journal-damaged', /not whole JSON/],
  ])('%s', async (_name, content, code, why) => {
    const path = await journalFile(content);
    for (const work of [() => readJournal(path, 'dev'), () => openJournal(path, 'dev')]) {
      const error = await thrown(work);
      expect(error).toBeInstanceOf(ConfigError);
      expect(error).toMatchObject({ code, exitCode: 2, message: 'the journal of cluster dev cannot be read' });
      expect(error.why.join('\n')).toMatch(why);
      expect(error.why.join('\n')).toContain(path);
      expect(hintLine(error.next)).toContain(
        code === 'journal-version' ? 'use the newer nomadctl, which wrote it' : `mv ${path} ${path}.damaged`,
      );
    }
    expect(await readFile(path, 'utf8')).toBe(content);
  });

  test('a folder in its place', async () => {
    const path = await journalFile();
    await mkdir(path, { recursive: true });
    expect(await thrown(() => readJournal(path, 'dev'))).toMatchObject({ exitCode: 3, code: 'not-readable' });
  });
});

test('a home that is a file says so', async () => {
  const file = join(await tempHome(), 'file');
  await writeFile(file, '');
  // Reading sees ENOTDIR: there is something, and it is not what it should be.
  expect(await thrown(() => openJournal(join(file, 'journal.json'), 'dev'))).toMatchObject({ exitCode: 3 });
});

describe.skipIf(!canMount)('disks (needs root, to mount one)', () => {
  test('a full one: said so, the old journal intact, and the next change with room holds everything', async () => {
    const { path: disk } = await tinyDisk();
    const path = join(disk, 'journal.json');
    const journal = await openJournal(path, 'dev');
    await journal.update((data) => void (data.state['before'] = 1));
    const error = await thrown(() => journal.update((data) => void (data.state['big'] = 'x'.repeat(100_000))));
    expect(error).toBeInstanceOf(PrerequisiteError);
    expect(error).toMatchObject({ code: 'disk-full', exitCode: 3 });
    expect(error.message).toContain(path);
    expect((await readJournal(path, 'dev')).state).toEqual({ before: 1 });
    expect(await readdir(disk)).toEqual(['journal.json']);
    await journal.update((data) => void (data.state['big'] = 'small again'));
    expect((await readJournal(path, 'dev')).state).toEqual({ before: 1, big: 'small again' });
  });

  test('a read-only one', async () => {
    const { path: disk, makeReadOnly } = await tinyDisk();
    const path = join(disk, 'journal.json');
    const journal = await openJournal(path, 'dev');
    await journal.update((data) => void (data.state['before'] = 1));
    makeReadOnly();
    const error = await thrown(() => journal.update((data) => void (data.state['after'] = 1)));
    expect(error).toMatchObject({ code: 'not-writable', exitCode: 3 });
    expect(hintLine(error.next)).toContain('NOMADCTL_HOME');
    expect((await readJournal(path, 'dev')).state).toEqual({ before: 1 });
  });
});
