import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { copyFile, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { writeFileAtomic } from '../../../packages/base/src/atomic-write.js';
import type { NomadctlError } from '../../../packages/base/src/errors.js';
import { again } from '../../../packages/base/src/hint/hint.js';
import type { Context } from '../../../src/context.js';
import { acquireLock } from '../../../src/engine/lock.js';
import type { BackedFile } from '../../../src/state/backup/backup-manifest.js';
import { restoreFiles } from '../../../src/state/backup/restore-backup.js';
import { planRestore } from '../../../src/state/backup/restore-plan.js';
import { openSource } from '../../../src/state/backup/restore-source.js';
import { newAgeKey, unseal } from '../../../src/state/home/age-seal.js';
import { operatorKeyFile } from '../../../src/state/home/operator-key.js';
import { rootsOf } from '../../../src/state/roots-of.js';
import { hintLine } from '../../helpers/hint-line.js';
import { parseCommand } from '../../helpers/parse-command.js';
import { tempHome } from '../../helpers/temp-home.js';
import { createTestContext } from '../../helpers/test-context.js';
import { thrown } from '../../helpers/thrown.js';

const state = (serial: number, names: readonly string[], lineage = 'one'): string =>
  JSON.stringify({
    ...{ version: 4, serial, lineage, outputs: {} },
    resources: names.map((name) => ({ mode: 'managed', type: 'ucloud_vpc', name, instances: [{ attributes: { id: name } }] })),
  });

const SECRETS = { ucloudPrivateKey: 'Example-key-1', nomadManagementToken: '11111111-aaaa-4aaa-8aaa-111111111111' };

/** Files of a cluster as `up` leaves them. */
const FILES: Readonly<Record<string, string>> = {
  'cluster.yaml': 'version: 1\nname: prod\ntarget: ucloud\nprojectId: org-abc123\nallowIp: [203.0.113.7/32]\n',
  'journal.json': JSON.stringify({ version: 1, cluster: 'prod', state: {}, steps: {}, runs: [] }),
  'secrets.json': JSON.stringify(SECRETS),
  'ca.pem': 'the authority\n',
  'ssh/id_ed25519': 'a private key\n',
  'terraform/network/terraform.tfstate': state(3, ['a']),
  'terraform/cluster/terraform.tfstate': state(7, ['a', 'b']),
  'terraform/cluster/terraform.tfvars.json': '{"region": "cn-bj2"}\n',
};

async function homeWith(files: Readonly<Record<string, string>> = FILES, name = 'prod') {
  const ctx = await createTestContext({ global: { yes: true }, env: {} });
  const { dir } = ctx.paths.cluster(name);
  for (const [file, text] of Object.entries(files)) await writeFileAtomic(join(dir, file), text);
  const read = (file: string): string => readFileSync(join(dir, file), 'utf8');
  return { ctx, dir, read, write: (file: string, text: string) => writeFileSync(join(dir, file), text) };
}

async function run(ctx: Context, line: string) {
  const parsed = await parseCommand(['state', 'backup', ...line.split(' ')], ctx);
  const result = await parsed?.command.run(parsed, ctx);
  if (!result) throw new Error(`nothing came of: ${line}`);
  for (const secret of [...Object.values(SECRETS), 'a private key'])
    expect(`${result.text}${JSON.stringify(result.data)}`).not.toContain(secret);
  return { ...result, data: result.data as Record<string, any> }; // eslint-disable-line @typescript-eslint/no-explicit-any -- as each command prints it
}

const opening = (ctx: Context) => ({ redact: ctx.redact, identity: () => readFile(operatorKeyFile(ctx.paths), 'utf8') });

const idOf = async (ctx: Context, flags = ''): Promise<string> => (await run(ctx, `create${flags}`)).data['id'] as string;

test('on an empty computer everything comes back from a folder, readable by its owner alone', async () => {
  const [{ ctx }, home] = [await homeWith(), await tempHome()];
  const folder = join(home, 'new', 'place');
  const id = await idOf(ctx, ` --to ${relative(process.cwd(), folder)}`);
  for (const path of readdirSync(home, { recursive: true, encoding: 'utf8' })) {
    const { mode } = statSync(join(home, path));
    expect([path, mode & 0o077]).toEqual([path, 0]);
  }
  const other = await homeWith({});
  expect((await run(other.ctx, `list --from ${folder}`)).data).toMatchObject([{ id, kind: 'backup' }]);
  expect((await run(other.ctx, `show ${id} --from ${folder}`)).text).toContain('All of it is whole.');
  expect(await thrown(() => run(other.ctx, `restore ${id} --from ${folder}`))).toMatchObject({ code: 'age-key-missing', exitCode: 2 });
  const key = join(home, 'key.txt');
  await copyFile(operatorKeyFile(ctx.paths), key);
  const { before } = (await run(other.ctx, `restore ${id} --from ${folder} --key ${key}`)).data;
  for (const [file, text] of Object.entries(FILES)) {
    if (file === 'secrets.json') expect(JSON.parse(other.read(file))).toEqual(SECRETS);
    else expect([file, other.read(file)]).toEqual([file, text]);
    expect([file, statSync(join(other.dir, file)).mode & 0o777]).toEqual([file, 0o600]);
  }
  expect((await run(other.ctx, `restore ${id} --from ${folder} --key ${key}`)).data).toEqual({ cluster: 'prod', id, changes: 0 });
  // Who puts something back reads what was there before, too, and no key is made on the way.
  expect((await run(other.ctx, `show ${before as string} --key ${key}`)).data['opens']).toBe(true);
  expect(existsSync(operatorKeyFile(other.ctx.paths))).toBe(false);
});

/** Everything that lies in a folder, as one text. */
const allIn = (folder: string): string =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n');

test('what is kept is encrypted for the operators of the settings, each of whom opens it, and for nobody else', async () => {
  const [mine, theirs, stranger] = [await newAgeKey(), await newAgeKey(), await newAgeKey()];
  const { ctx, dir, read } = await homeWith();
  const named = await parseCommand(['state', 'backend', '--recipient', mine.recipient, '--recipient', theirs.recipient], ctx);
  await named?.command.run(named, ctx);
  const id = await idOf(ctx);
  expect(existsSync(operatorKeyFile(ctx.paths))).toBe(false);
  const kept = allIn(join(dir, 'backups'));
  for (const hidden of [...Object.values(SECRETS), 'a private key', '203.0.113.7', 'ucloud_vpc', 'AGE-SECRET-KEY'])
    expect(kept).not.toContain(hidden);
  expect((await run(ctx, 'list')).data).toMatchObject([{ id, recipients: [mine.recipient, theirs.recipient] }]);

  const keyFile = async (name: string, text: string): Promise<string> => {
    await writeFileAtomic(join(dir, '..', name), text);
    return join(dir, '..', name);
  };
  const wrong = await keyFile('stranger.txt', stranger.file);
  rmSync(join(dir, 'terraform/cluster/terraform.tfstate'));
  const missing = await thrown(() => run(ctx, `restore ${id}`));
  expect(missing).toMatchObject({ code: 'age-key-missing', message: expect.stringContaining('age-key.txt') as string });
  const refused = await thrown(() => run(ctx, `restore ${id} --key ${wrong}`));
  expect(refused).toMatchObject({
    code: 'age-key-wrong',
    message: `the key does not open the backup ${id}`,
    why: [`it is that of ${stranger.recipient}; it is encrypted for ${mine.recipient}, ${theirs.recipient}`],
  });
  expect(hintLine((refused as NomadctlError).next)).toContain('--key');
  const none = await keyFile('none.txt', 'no key at all\n');
  expect(await thrown(() => run(ctx, `restore ${id} --key ${none}`))).toMatchObject({ why: ['it has no line with AGE-SECRET-KEY-1...'] });
  expect((await run(ctx, `show ${id} --key ${wrong}`)).data['opens']).toBe(false);
  expect(existsSync(join(dir, 'terraform/cluster/terraform.tfstate'))).toBe(false);

  const { before } = (await run(ctx, `restore ${id} --key ${await keyFile('theirs.txt', theirs.file)}`)).data;
  expect(read('terraform/cluster/terraform.tfstate')).toBe(FILES['terraform/cluster/terraform.tfstate']);
  expect((await run(ctx, `show ${before as string}`)).data['recipients']).toEqual([mine.recipient, theirs.recipient]);
});

/** A backup as releases wrote it that did not encrypt. */
async function asBefore(folder: string, key: string): Promise<void> {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Record<string, unknown> & { files: BackedFile[] };
  const files = [];
  for (const { path } of manifest.files) {
    const place = join(folder, path);
    const content = await unseal(readFileSync(`${place}.age`), key, { what: '', whose: '', next: again() });
    writeFileSync(place, content, { mode: 0o600 });
    rmSync(`${place}.age`);
    files.push({ path, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') });
  }
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, version: 1, recipients: undefined, files }), { mode: 0o600 });
}

test('a backup of an earlier release is said to be not encrypted, and is put back without a key', async () => {
  const { ctx, dir, read } = await homeWith();
  const id = await idOf(ctx);
  const key = operatorKeyFile(ctx.paths);
  await asBefore(join(dir, 'backups', id), readFileSync(key, 'utf8'));
  rmSync(key);
  for (const file of ['secrets.json', 'terraform/network/terraform.tfstate']) rmSync(join(dir, file));
  const [row] = (await run(ctx, 'list')).data as unknown as { recipients: unknown }[];
  expect(row?.recipients).toBeNull();
  expect((await run(ctx, `show ${id}`)).text).toContain(
    'not encrypted: an earlier release made it, and whoever can read the files has the cluster',
  );
  await run(ctx, `restore ${id}`);
  expect(JSON.parse(read('secrets.json'))).toEqual(SECRETS);
  expect(read('terraform/network/terraform.tfstate')).toBe(FILES['terraform/network/terraform.tfstate']);
});

test('a part is that part: states alone bring no secrets with them', async () => {
  const { ctx, dir, read } = await homeWith();
  const id = await idOf(ctx);
  for (const file of ['secrets.json', 'terraform/network/terraform.tfstate']) rmSync(join(dir, file));
  await run(ctx, `restore ${id} --only states`);
  expect([existsSync(join(dir, 'secrets.json')), read('terraform/network/terraform.tfstate')]).toEqual([
    false,
    FILES['terraform/network/terraform.tfstate'],
  ]);
  await run(ctx, `restore ${id} --only files`);
  expect(JSON.parse(read('secrets.json'))).toEqual(SECRETS);
});

test('the plan says what would be put back, and changes nothing; what was there is kept first', async () => {
  const { ctx, read, write, dir } = await homeWith();
  const id = await idOf(ctx);
  write('terraform/cluster/terraform.tfstate', state(9, ['a', 'c']));
  write('cluster.yaml', `${FILES['cluster.yaml']}clients: 5\n`);
  rmSync(join(dir, 'journal.json'));
  const plan = await run(ctx, `restore ${id} --plan --exit-code`);
  expect([plan.exitCode, plan.data['changes']]).toEqual([10, 3]);
  expect(plan.text).toContain('put back  state of cluster');
  expect(plan.text).toContain('serial 9 -> 10, 2 resources; + ucloud_vpc.b; - ucloud_vpc.c');
  expect(read('terraform/cluster/terraform.tfstate')).toBe(state(9, ['a', 'c']));
  const { before } = (await run(ctx, `restore ${id}`)).data;
  expect(JSON.parse(read('terraform/cluster/terraform.tfstate'))).toEqual({ ...JSON.parse(state(10, ['a', 'b'])) });
  expect(read('cluster.yaml')).toBe(FILES['cluster.yaml']);
  await run(ctx, `restore ${before as string} --only states`);
  expect(JSON.parse(read('terraform/cluster/terraform.tfstate'))).toEqual(JSON.parse(state(11, ['a', 'c'])));
});

test('killed after any piece, the same restore ends with everything as the backup has it', async () => {
  const pieces = 3;
  for (let killedAfter = 0; killedAfter <= pieces; killedAfter++) {
    const { ctx, write, read, dir } = await homeWith();
    const id = await idOf(ctx);
    write('terraform/network/terraform.tfstate', '');
    write('terraform/cluster/terraform.tfstate', '{"version": 4');
    rmSync(join(dir, 'cluster.yaml'));
    const paths = ctx.paths.cluster('prod');
    const roots = await rootsOf(ctx, { name: 'prod', paths });
    const source = await openSource(id, { cluster: 'prod', paths, folder: paths.backups, parts: ['states', 'files'], ...opening(ctx) });
    const plan = await planRestore(source, { paths, roots, redact: ctx.redact }, { replaceSecrets: false });
    let left = killedAfter;
    const dies = (): void => {
      if (left-- === 0) throw new Error('killed');
    };
    await restoreFiles(plan, { ...ctx, paths: Object.assign(Object.create(ctx.paths) as object, paths), roots }, dies).catch(
      () => undefined,
    );
    await run(ctx, `restore ${id}`);
    for (const file of ['cluster.yaml', 'terraform/network/terraform.tfstate', 'terraform/cluster/terraform.tfstate'])
      expect([killedAfter, file, read(file)]).toEqual([killedAfter, file, FILES[file]]);
  }
});

test('secrets and keys that are there stay, for they may be newer; lost ones come back', async () => {
  const { ctx, write, read } = await homeWith();
  const id = await idOf(ctx);
  write('secrets.json', JSON.stringify({ nomadManagementToken: 'a-newer-one' }));
  write('ssh/id_ed25519', 'a newer key\n');
  const kept = await run(ctx, `restore ${id}`);
  expect(kept.text).toContain('secrets   + ucloudPrivateKey; nomadManagementToken others by now, which stay');
  expect(JSON.parse(read('secrets.json'))).toEqual({ ...SECRETS, nomadManagementToken: 'a-newer-one' });
  expect(read('ssh/id_ed25519')).toBe('a newer key\n');
  await run(ctx, `restore ${id} --replace-secrets`);
  expect([JSON.parse(read('secrets.json')), read('ssh/id_ed25519')]).toEqual([SECRETS, FILES['ssh/id_ed25519']]);
  write('secrets.json', '{"torn": "wo');
  await run(ctx, `restore ${id}`);
  expect(JSON.parse(read('secrets.json'))).toEqual(SECRETS);
});

test('refused: a run at work, another cluster, another lineage, a damaged backup, one that is not there', async () => {
  const { ctx, write, dir } = await homeWith();
  const id = await idOf(ctx);
  const lock = await acquireLock(ctx.paths.cluster('prod').lock, 'nomadctl up prod', ctx.clock.now());
  expect(await thrown(() => run(ctx, `restore ${id}`))).toMatchObject({ code: 'lock-held', exitCode: 5 });
  await lock.release();

  const other = await homeWith({ 'cluster.yaml': 'version: 1\nname: dev\n' }, 'dev');
  const folder = ctx.paths.cluster('prod').backups;
  const copied = join(other.ctx.paths.cluster('dev').backups, id);
  for (const path of readdirSync(join(folder, id), { recursive: true, encoding: 'utf8' }))
    if (statSync(join(folder, id, path)).isFile()) await writeFileAtomic(join(copied, path), readFileSync(join(folder, id, path)));
  expect(await thrown(() => run(other.ctx, `restore ${id}`))).toMatchObject({ code: 'backup-of-another-cluster', exitCode: 2 });

  write('terraform/cluster/terraform.tfstate', state(9, ['z'], 'two'));
  expect(await thrown(() => run(ctx, `restore ${id}`))).toMatchObject({ code: 'state-lineage' });
  await run(ctx, `restore ${id} --replace-lineage`);

  writeFileSync(join(dir, 'backups', id, 'states/cluster.tfstate.age'), state(7, []));
  expect(await thrown(() => run(ctx, `restore ${id}`))).toMatchObject({ code: 'backup-damaged' });
  const shown = await run(ctx, `show ${id}`);
  expect([shown.exitCode, shown.text]).toEqual([1, expect.stringContaining('1 of 8 files are not as they were written.')]);
  expect(await thrown(() => run(ctx, 'restore ../../x'))).toMatchObject({ code: 'backup-unknown', exitCode: 2 });
  expect(await thrown(() => run(ctx, 'create --snapshots'))).toMatchObject({ code: 'snapshot-missing' });
});

test('a manifest that names places outside the cluster writes nothing there', async () => {
  const { ctx, dir } = await homeWith();
  const id = await idOf(ctx);
  await asBefore(join(dir, 'backups', id), readFileSync(operatorKeyFile(ctx.paths), 'utf8'));
  const manifest = join(dir, 'backups', id, 'manifest.json');
  const found = JSON.parse(readFileSync(manifest, 'utf8')) as { files: { path: string; bytes: number; sha256: string }[] };
  const evil = 'files/ssh/../../../../evil';
  writeFileSync(join(dir, 'backups', id, 'files/evil-source'), 'evil');
  const sha256 = createHash('sha256').update('evil').digest('hex');
  for (const path of [evil, 'files/lock', 'files/evil-source']) found.files.push({ path, bytes: 4, sha256 });
  await writeFileAtomic(join(dir, 'backups', id, 'files/lock'), 'evil');
  await writeFileAtomic(join(dir, 'backups', id, evil), 'evil');
  writeFileSync(manifest, JSON.stringify(found));
  const plan = await run(ctx, `restore ${id} --plan`);
  expect((plan.data['rows'] as { what: string }[]).map(({ what }) => what)).not.toContain('lock');
  expect(plan.data['changes']).toBe(0);
  expect(existsSync(join(dir, 'lock'))).toBe(false);
});

test('prune and --keep leave the newest', async () => {
  const { ctx, dir } = await homeWith();
  const ids = [await idOf(ctx), await idOf(ctx), await idOf(ctx)];
  expect(new Set(ids).size).toBe(3);
  expect((await run(ctx, 'prune --keep 2 --plan --exit-code')).exitCode).toBe(10);
  await run(ctx, 'prune --keep 2');
  expect(readdirSync(join(dir, 'backups')).sort()).toEqual(ids.slice(1).sort());
  const last = await idOf(ctx, ' --keep 1');
  expect(readdirSync(join(dir, 'backups'))).toEqual([last]);
});
