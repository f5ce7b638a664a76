import { format, inspect } from 'node:util';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Console } from 'node:console';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { openSecret } from '../src/secret/open-secret.js';
import { createRedactor } from '../src/redact.js';
import { Secret } from '../src/secret/secret.js';
import { writeSecretFile } from '../src/secret/secret-file.js';

const VALUE = 'the-private-key';
const newSecret = (): Secret => new Secret(VALUE, createRedactor());

it('is registered with the redactor from the moment that it exists', () => {
  const redact = createRedactor();
  new Secret(VALUE, redact);
  expect(redact(`UCloud says ${VALUE}`)).toBe('UCloud says [redacted]');
});

it.each<[string, (secret: Secret) => unknown]>([
  ['String()', (secret) => String(secret)],
  ['a template literal', (secret) => `${secret}`],
  ['+', (secret) => '' + secret],
  ['join', (secret) => [secret].join()],
  ['JSON', (secret) => JSON.stringify({ secret, list: [secret] })],
  ['toLocaleString', (secret) => secret.toLocaleString()],
  ['inspect', (secret) => inspect({ secret }, { showHidden: true, depth: null })],
  ['format %s', (secret) => format('%s', secret)],
  ['format %j', (secret) => format('%j', secret)],
  ['format %o', (secret) => format('%o', secret)],
  ['format %O', (secret) => format('%O', secret)],
  ['its keys', (secret) => inspect([...Reflect.ownKeys(secret), ...Object.entries(secret)])],
  ['a copy', (secret) => inspect([{ ...secret }, Object.assign({}, secret), structuredClone({ ...secret })])],
  ['an error', (secret) => inspect(new Error(`bad ${secret}`, { cause: secret }))],
])('does not show through %s', (_, show) => {
  const secret = newSecret();
  expect(show(secret)).not.toContain(VALUE);
  expect(`${secret} ${JSON.stringify(secret)} ${inspect(secret)}`).toBe('[redacted] "[redacted]" [redacted]');
});

it('does not show on the console', async () => {
  const stream = new PassThrough();
  const secret = newSecret();
  const shown = text(stream);
  const { log, dir, table, error } = new Console(stream, stream);
  log(secret, { secret }, '%s', secret);
  dir(secret, { showHidden: true });
  table([{ secret }]);
  error('%o', secret);
  stream.end();
  expect(await shown).toContain('[redacted]');
  expect(await shown).not.toContain(VALUE);
});

it('is told from everything else', () => {
  expect(Secret.isSecret(newSecret())).toBe(true);
  for (const other of [undefined, null, VALUE, {}, { toString: () => '[redacted]' }, Object.create(Secret.prototype)])
    expect(Secret.isSecret(other)).toBe(false);
  expect(newSecret().equals(newSecret())).toBe(true);
  expect(newSecret().equals(new Secret('another', createRedactor()))).toBe(false);
  expect(() => openSecret({})).toThrow('not a secret');
});

it("is opened into a file that is its owner's alone", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nomadctl-secret-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'agents', 'consul.json');
  await writeSecretFile(path, { encrypt: newSecret(), acl: { tokens: [newSecret(), 'plain'] }, ports: { http: -1 }, none: undefined });
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ encrypt: VALUE, acl: { tokens: [VALUE, 'plain'] }, ports: { http: -1 } });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, 'agents'))).mode & 0o777).toBe(0o700);
  await writeSecretFile(join(folder, 'agents', 'key.pem'), newSecret());
  expect(await readFile(join(folder, 'agents', 'key.pem'), 'utf8')).toBe(VALUE);
  expect(await readdir(join(folder, 'agents'))).toEqual(['consul.json', 'key.pem']);
});
