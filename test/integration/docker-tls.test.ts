import { randomInt } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { expect, test } from 'vitest';
import { askEngine, type EngineAddress, type EngineAnswer } from '../../src/clients/docker/ask-engine.js';
import { createRedactor } from '../../packages/base/src/redact.js';
import { Secret } from '../../packages/base/src/secret/secret.js';
import { blockOf, wordsOf } from '../helpers/guide-blocks.js';
import { ownEngine, type OwnEngine } from '../helpers/own-engine.js';
import { requireTool } from '../helpers/require-tool.js';
import { runCli, type CliResult } from '../helpers/run-cli.js';
import { tempHome } from '../helpers/temp-home.js';

const able =
  process.getuid?.() === 0 && ['dockerd', 'service', 'unshare', 'nsenter', 'openssl'].every((tool) => requireTool(tool) !== undefined);

const DAEMON_JSON = '/etc/docker/daemon.json';
const MIRROR = 'https://mirror.example.com';

interface Checked {
  readonly ok: boolean;
  readonly checks: readonly { readonly id: string; readonly ok: boolean | null; readonly found: string }[];
}

interface Seat {
  readonly host: string;
  readonly port: number;
  readonly home: string;
  readonly engine: OwnEngine;
  run(words: readonly string[], home?: string): Promise<CliResult>;
  must(words: readonly string[], home?: string): Promise<CliResult>;
}

async function seat(): Promise<Seat> {
  const [engine, home] = await Promise.all([ownEngine(), tempHome()]);
  const run: Seat['run'] = (words, at = home) => runCli(['docker', 'tls', ...words], { home: at, as: engine.as });
  const must: Seat['must'] = async (words, at) => {
    const result = await run(words, at);
    expect([words.join(' '), result.code, result.code === 0 ? '' : result.stderr + result.stdout]).toEqual([words.join(' '), 0, '']);
    return result;
  };
  // Addresses of loopback that no cluster has.
  return {
    host: `127.${randomInt(100, 250)}.${randomInt(1, 255)}.${randomInt(1, 255)}`,
    port: randomInt(20_000, 30_000),
    home,
    engine,
    run,
    must,
  };
}

/** A client's files, as who asks. */
function clientIn(home: string, name = 'operator') {
  const read = (file: string): string => readFileSync(join(home, 'docker/clients', name, file), 'utf8');
  const key = read('key.pem');
  return { ca: read('ca.pem'), key, identity: { certificate: read('cert.pem'), key: new Secret(key, createRedactor()) } };
}

test.skipIf(!able)('a real engine speaks TLS, and refuses everybody whom its table names', { timeout: 180_000 }, async () => {
  const at = await seat();
  const { engine, host, port, home, run, must } = at;
  const signal = new AbortController().signal;

  const early = await run(['install']);
  expect([early.code, early.stderr]).toEqual([3, expect.stringMatching(/no authority for docker engines yet[^]*docker tls create/)]);
  for (const [, , ...words] of wordsOf(blockOf('docs/guide/docker.md', 'sh', 'nomadctl docker tls create'))) await must(words);
  await must(['create', '--client', 'ci']);
  const modes = ['ca-key.pem', 'ca.pem', 'clients/ci/key.pem', 'clients/ci/cert.pem', 'clients/ci/ca.pem'].map((file) =>
    (statSync(join(home, 'docker', file)).mode & 0o777).toString(8),
  );
  expect(modes).toEqual(['400', '444', '400', '444', '444']);

  // As many have it: mirrors, and a port that is open to all.
  const before = JSON.stringify({ 'registry-mirrors': [MIRROR], hosts: ['unix:///var/run/docker.sock', 'tcp://127.0.0.1:2375'] }, null, 4);
  engine.write(DAEMON_JSON, before);
  engine.shell('service docker start > /dev/null');
  await expect.poll(() => askEngine({ host: '127.0.0.1', port: 2375 }, { signal }), { timeout: 30_000 }).toHaveProperty('version');
  const open = await run(['check', '--json']);
  expect(open.code).toBe(1);
  expect(open.json<Checked>().checks.find(({ id }) => id === 'open')).toMatchObject({
    ok: false,
    found: expect.stringContaining('everybody at 127.0.0.1'),
  });

  // doctor, whose network is the same, says so too.
  expect((await runCli(['doctor'], { home })).stdout).toMatch(/docker \d\S* answers everybody at 127\.0\.0\.1:2375[^]*docker tls create/);

  const listen = ['--listen', `${host}:${port}`, '--also-named', 'engine.example.test'];
  const planned = await must(['install', ...listen, '--plan']);
  expect(planned.stdout).toMatch(/^- .*127\.0\.0\.1:2375[^]*^\+ +"tlsverify": true[^]*Nothing was changed\.$/m);
  expect(engine.shell(`cat ${DAEMON_JSON}`)).toBe(before);

  const installed = await must(['install', ...listen, '--json']);
  const { log } = installed.json<{ log: string[] }>();
  // Only what it said since: it was started once before.
  expect(log.filter((line) => line.includes('Daemon has completed initialization'))).toHaveLength(1);
  expect(JSON.parse(engine.shell(`cat ${DAEMON_JSON}`))).toMatchObject({
    'registry-mirrors': [MIRROR],
    hosts: ['unix:///var/run/docker.sock', `tcp://${host}:${port}`],
    tlsverify: true,
  });
  expect(engine.shell('stat -c %a /etc/docker/tls/server-key.pem /etc/docker/tls/server-cert.pem /etc/docker/tls/ca.pem').trim()).toBe(
    '400\n444\n444',
  );
  const info = engine.shell('curl -s --unix-socket /var/run/docker.sock http://docker/info');
  expect((JSON.parse(info) as { RegistryConfig: { Mirrors: string[] } }).RegistryConfig.Mirrors).toEqual([`${MIRROR}/`]);
  // Others can tell when it ends without asking it: also its owner, when root has renewed it.
  const recorded = (): string => readFileSync(join(home, 'docker/engines/this-computer.pem'), 'utf8');
  const shown = (): string => engine.shell('cat /etc/docker/tls/server-cert.pem');
  expect(recorded()).toBe(shown());
  expect((await must(['check', '--json'])).json<Checked>().checks.filter(({ ok }) => ok !== true)).toEqual([]);

  await expectTable(at);

  // Rights that somebody has loosened are seen, and mended with another key.
  engine.shell('chmod 0644 /etc/docker/tls/server-key.pem');
  const loose = await run(['check']);
  expect([loose.code, loose.stdout]).toEqual([1, expect.stringContaining('server-key.pem is 644 root:root and not 400 root:root')]);
  expect(loose.stdout).toContain('docker tls renew');
  const key = engine.shell('sha256sum /etc/docker/tls/server-key.pem');

  // Another authority: engine and clients trust each other on the way, whoever is renewed first.
  await must(['renew', '--authority']);
  const [renewed, old] = [clientIn(home), clientIn(home, 'ci')];
  for (const client of [renewed, old]) expect(await askEngine({ host, port }, { ...client, signal })).toHaveProperty('version');
  await must(['renew']);
  expect(engine.shell('sha256sum /etc/docker/tls/server-key.pem')).not.toBe(key);
  for (const client of [renewed, old]) expect(await askEngine({ host, port }, { ...client, signal })).toHaveProperty('version');
  await must(['renew', '--client', 'ci']);
  expect(await askEngine({ host, port }, { ...clientIn(home, 'ci'), signal })).toHaveProperty('version');
  expect((await must(['check', '--json'])).json<Checked>().ok).toBe(true);
  expect(recorded()).toBe(shown());

  // What docker does not start with is taken back, in its words.
  const good = JSON.parse(engine.shell(`cat ${DAEMON_JSON}`)) as object;
  const bad = JSON.stringify({ ...good, nonsense: 1 });
  engine.write(DAEMON_JSON, bad);
  const tls = engine.shell('sha256sum /etc/docker/tls/*');
  const failed = await run(['install', '--listen', `${host}:${port + 1}`]);
  expect([failed.code, failed.stderr]).toEqual([1, expect.stringMatching(/does not come up with TLS[^]*nonsense/)]);
  expect([engine.shell(`cat ${DAEMON_JSON}`), engine.shell('sha256sum /etc/docker/tls/*')]).toEqual([bad, tls]);
  engine.write(DAEMON_JSON, '{ "hosts": [');
  const torn = await run(['install', ...listen]);
  expect([torn.code, torn.stderr]).toEqual([2, expect.stringContaining('daemon.json is no configuration of docker')]);
  expect(engine.shell(`cat ${DAEMON_JSON}`)).toBe('{ "hosts": [');
});

/** What docs/design and the seed say of who is let in, and what the others are told. */
async function expectTable({ host, port, home, engine }: Seat): Promise<void> {
  const signal = new AbortController().signal;
  const ask = (as: Partial<ReturnType<typeof clientIn>>): Promise<EngineAnswer> => askEngine({ host, port }, { ...as, signal });
  const client = clientIn(home);
  const { ca, identity } = client;
  expect(await ask({ ca, identity })).toEqual({ version: expect.stringMatching(/^\d+\.\d+/) });
  expect(await byName('engine.example.test', { host, port }, client)).toBe(200);
  expect(await ask({})).toEqual({ refused: 'Client sent an HTTP request to an HTTPS server.' });
  expect(await ask({ ca })).toEqual({ refused: expect.stringMatching(/certificate required|bad certificate/) });

  const other = await tempHome();
  await runCli(['docker', 'tls', 'create'], { home: other });
  expect(await ask({ ca, identity: clientIn(other).identity })).toEqual({ refused: expect.stringMatching(/unknown ca|bad certificate/) });
  expect(await ask({ ca: clientIn(other).ca, identity })).toEqual({ refused: expect.stringMatching(/self.signed|unable to/) });
  const server = {
    certificate: engine.shell('cat /etc/docker/tls/server-cert.pem'),
    key: new Secret(engine.shell('cat /etc/docker/tls/server-key.pem'), createRedactor()),
  };
  expect(await ask({ ca, identity: server })).toEqual({ refused: expect.stringMatching(/bad certificate|unsupported certificate/) });
  // As with the seed's address of a network: one that the certificate does not name.
  expect(await byName('192.168.2.0', { host, port }, client)).toMatch(/not.*in the cert's list|does not match/);
}

/** The status, or what the client says, when it looks for this name in the engine's certificate. */
function byName(name: string, at: EngineAddress, { ca, key, identity }: ReturnType<typeof clientIn>): Promise<number | string> {
  const check = (_: string, shown: PeerCertificate): Error | undefined => checkServerIdentity(name, shown);
  return new Promise((resolve) => {
    request({ ...at, path: '/version', ca, cert: identity.certificate, key, agent: false, checkServerIdentity: check }, (reply) => {
      reply.resume();
      resolve(reply.statusCode ?? 0);
    })
      .on('error', (error) => resolve(error.message))
      .end();
  });
}
