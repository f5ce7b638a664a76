import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { again } from '../../../packages/base/src/hint/hint.js';
import { onlyWhole } from '../../../src/state/backup/take-snapshots.js';
import { newAgeKey, unseal } from '../../../src/state/home/age-seal.js';
import { ensureOperatorKey, operatorKeyFile } from '../../../src/state/home/operator-key.js';
import { writeFileIn } from '../../../src/state/backup/write-file-in.js';
import { tempHome } from '../../helpers/temp-home.js';
import { thrown } from '../../helpers/thrown.js';

const piecesOf = (content: Buffer, size = 64 * 1024): AsyncIterable<Buffer> =>
  Readable.from(Array.from({ length: Math.ceil(content.length / size) }, (_, index) => content.subarray(index * size, (index + 1) * size)));

test('a snapshot that comes in pieces is checked and encrypted on the way', async () => {
  const [folder, { file, recipient }] = [await tempHome(), await newAgeKey()];
  // Neither compresses, so that it is more than any buffer on the way holds.
  const archive = gzipSync(randomBytes(3 * 1024 * 1024));
  const written = await writeFileIn({ folder, recipients: [recipient] }, 'snapshots/consul.snap', onlyWhole(piecesOf(archive), 'Consul'));
  const place = join(folder, 'snapshots/consul.snap.age');
  const kept = readFileSync(place);
  expect([written.bytes, statSync(place).mode & 0o777, kept.includes(archive.subarray(0, 64))]).toEqual([kept.length, 0o600, false]);
  expect((await unseal(kept, file, { what: '', whose: '', next: again() })).equals(archive)).toBe(true);
});

test.each([
  ['that was cut off', (archive: Buffer) => archive.subarray(0, -9)],
  ['that is none', () => Buffer.from('no archive')],
  ['of nothing', () => Buffer.alloc(0)],
])('a snapshot %s is refused', async (_, broken) => {
  const [folder, { recipient }] = [await tempHome(), await newAgeKey()];
  const pieces = onlyWhole(piecesOf(broken(gzipSync(randomBytes(256 * 1024)))), 'Nomad');
  const refused = await thrown(() => writeFileIn({ folder, recipients: [recipient] }, 'snapshots/nomad.snap', pieces));
  expect(refused).toMatchObject({ code: 'snapshot-torn', message: 'the snapshot of Nomad is not whole' });
});

test("an operator's key is made once, by whoever comes first, and nothing that might be one is written over", async () => {
  const home = await tempHome();
  const all = await Promise.all(Array.from({ length: 5 }, () => ensureOperatorKey({ home })));
  expect(new Set(all.flatMap(({ recipients }) => recipients)).size).toBe(1);
  expect(all.filter(({ made }) => made)).toHaveLength(1);
  const file = operatorKeyFile({ home });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  // A file of age's own without the comment is a key, too.
  const { file: text, recipient } = await newAgeKey();
  writeFileSync(file, text.split('\n').slice(1).join('\n'));
  expect(await ensureOperatorKey({ home })).toMatchObject({ recipients: [recipient], made: false });
  writeFileSync(file, 'AGE-SECRET-KEY-1TORN\n');
  expect(await thrown(() => ensureOperatorKey({ home }))).toMatchObject({ code: 'age-key-invalid', exitCode: 2 });
  expect(readFileSync(file, 'utf8')).toBe('AGE-SECRET-KEY-1TORN\n');
});
