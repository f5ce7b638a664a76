import { execFileSync, spawn } from 'node:child_process';
import { randomInt, randomUUID, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createRedactor } from '../../packages/base/src/redact.js';
import { agentFiles } from '../../src/agents/node-record.js';
import { certifiedNames } from '../../src/security/authority/certified-names.js';
import { issueAuthority, issueLeaf } from '../../src/security/authority/issue.js';
import { newPrivateKey } from '../../src/security/authority/new-private-key.js';
import { GOSSIP } from '../../src/security/cluster-secrets.js';
import { introductionFile } from '../../src/security/introduction/introduce-clients.js';
import { openLab, problemsWhenDown, problemsWhenUp, type Lab } from '../helpers/lab.js';
import { requireTool } from '../helpers/require-tool.js';
import { searchForSecrets } from '../helpers/secret-search.js';
import { openAll, secretOf } from '../helpers/secret-values.js';
import { terraformEnv } from '../helpers/terraform-home.js';
import { askAsStranger, type StrangersRequest } from '../helpers/stranger.js';
import { requireProvider } from '../helpers/terraform-provider.js';

/*
 * One secured cluster to which something happens, again and again: each time a command says what, why, and the way out, and the
 * way out is taken.
 */

const consulProgram = requireTool('consul');
const ready = consulProgram !== undefined && requireTool('nomad') !== undefined;
const canFilter = process.getuid?.() === 0 && requireTool('iptables') !== undefined;
const NODES = ['server-1', 'client-1'];
const DAY_MS = 24 * 3600 * 1000;
const redact = createRedactor();

interface Said {
  readonly code: string;
  readonly message: string;
  readonly why: string;
  readonly next: string;
}

interface LoginToken {
  readonly AccessorID: string;
  readonly AuthMethod?: string;
  readonly ServiceIdentities?: readonly object[];
}

interface Reply {
  readonly status: number;
  readonly body: string;
}

describe.skipIf(!ready).sequential('what can happen to a secured cluster', () => {
  let lab: Lab;
  let addresses: Map<string, string>;
  const paths = () => lab.paths();
  const secrets = (): Record<string, string> => JSON.parse(readFileSync(paths().secrets, 'utf8')) as Record<string, string>;
  const leafOf = (node: string) => ({
    certificate: `${paths().agents}/${node}/tls/cert.pem`,
    key: `${paths().agents}/${node}/tls/key.pem`,
  });

  beforeAll(async () => {
    lab = openLab();
    await lab.must(['up', '--profile', 'secure', '--drivers', 'raw_exec', '--clients', '1']);
    addresses = new Map((await lab.status()).nodes.map(({ name, address }) => [name, address]));
  });

  afterAll(async () => {
    await lab.end();
  });

  /** What a command that fails says: all three parts of its sentence. */
  async function refused(...words: string[]): Promise<Said> {
    const { code, stdout, stderr } = await lab.run([...words, '--json']);
    expect(code, `${words.join(' ')}\n${stdout}\n${stderr}`).not.toBe(0);
    const { error } = JSON.parse(stdout) as { error: { message: string; why: string[]; next: string; code: string } };
    expect(error, stdout).toMatchObject({ message: expect.stringMatching(/./), next: expect.any(String) });
    expect(error.why.length, stdout).toBeGreaterThan(0);
    return { ...error, why: error.why.join('; ') };
  }

  /** Does something to a file, and puts it back as it was. */
  async function meanwhile(path: string, harm: () => void, work: () => Promise<void>): Promise<void> {
    const kept = `${path}.kept`;
    copyFileSync(path, kept);
    const { mode } = statSync(path);
    try {
      harm();
      await work();
    } finally {
      renameSync(kept, path);
      chmodSync(path, mode);
    }
  }

  /** A request of anybody's, who trusts everybody. */
  const ask = (url: string, asking: Omit<StrangersRequest, 'timeoutMs'> = {}): Promise<Reply> =>
    askAsStranger(url, { ...asking, timeoutMs: 10_000 });

  const nomad = (path: string): string => `https://${addresses.get('server-1')}:4646/v1/${path}`;
  const consul = (path: string): string => `https://${addresses.get('server-1')}:8501/v1/${path}`;
  const withNomad = () => ({ 'x-nomad-token': secrets()['nomadManagementToken'] ?? '' });
  const withConsul = () => ({ 'x-consul-token': secrets()['consulManagementToken'] ?? '' });

  test('tokens of the caller are nobody here: nomadctl has the cluster’s own', async () => {
    const env = { NOMAD_TOKEN: 'of-another-cluster', CONSUL_HTTP_TOKEN: 'of-another-cluster', NOMAD_ADDR: 'http://127.0.0.1:1' };
    await lab.must(['job', 'list'], { env });
    expect((await lab.must(['exec', 'nomad', 'node', 'status'], { env })).stdout).toContain('client-1');
  });

  test('a member at an address that no server reaches is named by status and doctor, with the way that does not work', async () => {
    const [own, advertised] = [`127.${randomInt(100, 250)}.${randomInt(1, 255)}.1`, '198.51.100.7'];
    const server = addresses.get('server-1') ?? '';
    // As from an overlay: it reaches the servers, and says that it is where nobody gets from here.
    const where = ['-node', 'overlay', '-data-dir', join(lab.home, 'overlay'), '-bind', own, '-client', own, '-advertise', advertised];
    const pool = ['-encrypt', secrets()[GOSSIP.consul] ?? '', '-retry-join', server, '-serf-wan-port', '-1'];
    const agent = spawn(consulProgram ?? '', ['agent', ...where, ...pool], {
      stdio: 'ignore',
      env: { ...process.env, CHECKPOINT_DISABLE: '1' },
    });
    const gone = once(agent, 'exit');
    try {
      const joined = await vi.waitFor(
        async () => {
          const { stdout } = await lab.must(['status', '--json']);
          const report = JSON.parse(stdout) as { unreached?: { name: string }[]; consulMembers: { name: string; status: string }[] };
          expect(report.consulMembers).toContainEqual(expect.objectContaining({ name: 'overlay', status: 'alive' }));
          return report;
        },
        { timeout: 30_000, interval: 50 },
      );
      expect(joined.unreached).toEqual([expect.objectContaining({ name: 'overlay', address: advertised, port: 8301 })]);
      const sentence = `overlay is registered at ${advertised}, which server-1 (${server}) does not reach on 8301 over TCP and UDP`;
      expect((await lab.must(['status'])).stdout).toContain(`unreached  ${sentence}`);
      expect((await lab.run(['doctor'])).stdout).toContain(`note  ${sentence}`);
    } finally {
      // It leaves, as clients do, and its copy of the pool's key goes.
      agent.kill('SIGTERM');
      await gone;
      rmSync(join(lab.home, 'overlay'), { recursive: true });
    }
  });

  test.skipIf(!canFilter)('a firewall that eats UDP in one direction is named, and nothing more once it is gone', async () => {
    const [server, client] = [addresses.get('server-1') ?? '', addresses.get('client-1') ?? ''];
    const rule = ['INPUT', '-s', server, '-d', client, '-p', 'udp', '--dport', '8301', '-j', 'DROP'];
    execFileSync('iptables', ['-I', ...rule]);
    try {
      const { stdout } = await lab.must(['status']);
      expect(stdout).toContain(
        `unreached  client-1 is registered at ${client}, which server-1 (${server}) does not reach on 8301 over UDP (nothing comes back), though over TCP it answers`,
      );
    } finally {
      execFileSync('iptables', ['-D', ...rule]);
    }
    expect((await lab.must(['status', '--json'])).json()).not.toHaveProperty('unreached');
  });

  test('secrets that others can read are refused until nobody can', async () => {
    chmodSync(paths().secrets, 0o644);
    const said = await refused('up');
    chmodSync(paths().secrets, 0o600);
    expect(said).toMatchObject({ code: 'secrets-exposed', message: expect.stringContaining('its mode is 0644') });
    expect(said.next).toContain(`chmod 600 ${paths().secrets}`);
    await lab.must(['job', 'list']);
  });

  test('secrets that are cut short are told from a copy that is whole', async () => {
    await meanwhile(
      paths().secrets,
      () => truncateSync(paths().secrets, 300),
      async () => {
        for (const words of [['status'], ['up'], ['env'], ['access', 'recover']]) {
          const said = await refused(...words);
          expect(said, words.join(' ')).toMatchObject({ code: 'secrets-invalid', next: expect.stringContaining('put it back') });
        }
        const doctor = (await lab.run(['doctor', '--json'])).json<{ findings: { id: string; found: string }[] }>();
        expect(doctor.findings.find(({ id }) => id === 'access-dev')?.found).toContain('is not what nomadctl wrote');
      },
    );
    await lab.must(['job', 'list']);
  });

  test('secrets of another cluster open nothing, change nothing, and are told from its own', async () => {
    const foreign: Record<string, string> = { ...secrets(), authorityKey: openAll({ key: newPrivateKey(redact) })['key'] ?? '' };
    for (const name of ['nomadManagementToken', 'consulManagementToken']) foreign[name] = '00000000-0000-4000-8000-000000000000';
    await meanwhile(
      paths().secrets,
      () => writeFileSync(paths().secrets, JSON.stringify(foreign)),
      async () => {
        expect(await refused('job', 'status', 'redis')).toMatchObject({
          code: 'token-unknown',
          why: expect.stringContaining("another cluster's"),
        });
        for (const words of [['up'], ['access', 'recover']])
          expect(await refused(...words), words.join(' ')).toMatchObject({
            code: 'authority-other',
            next: expect.stringContaining('put back'),
          });
        expect(secrets()).toEqual(foreign);
      },
    );
    await lab.must(['up']);
    expect(await problemsWhenUp(lab, NODES)).toEqual([]);
  });

  test('an authority that is another one trusts nobody, and says so', async () => {
    const other = await issueAuthority(newPrivateKey(redact), { cluster: 'other', now: Date.now() });
    await meanwhile(
      paths().ca,
      () => writeFileSync(paths().ca, other),
      async () => {
        expect(await refused('job', 'status', 'redis')).toMatchObject({
          code: 'api-untrusted',
          message: expect.stringContaining('is not whom we trust'),
          next: expect.stringMatching(/nomadctl up.* {3}makes anew/),
        });
        expect(await refused('up')).toMatchObject({ code: 'authority-other' });
        const status = (await lab.run(['status', '--json'])).json<{ refused: { code: string } }>();
        expect(status.refused.code).toBe('api-untrusted');
      },
    );
    await lab.must(['up']);
    expect(await problemsWhenUp(lab, NODES)).toEqual([]);
    // One that is cut short is made again by its key, and trusts whom it trusted.
    truncateSync(paths().ca, 200);
    expect(await refused('job', 'status', 'redis')).toMatchObject({ code: 'api-untrusted' });
    await lab.must(['up']);
    await lab.must(['job', 'list']);
  });

  test('management tokens that somebody has deleted are named, and made anew', { timeout: 180_000 }, async () => {
    const own = JSON.parse((await ask(nomad('acl/token/self'), { headers: withNomad() })).body) as { AccessorID: string };
    expect((await ask(nomad(`acl/token/${own.AccessorID}`), { method: 'DELETE', headers: withNomad() })).status).toBe(200);
    expect(await refused('job', 'status', 'redis')).toMatchObject({ code: 'token-unknown', message: expect.stringContaining('Nomad') });
    expect(await refused('access', 'namespace', 'list')).toMatchObject({ code: 'token-unknown' });
    const status = await lab.run(['status']);
    expect([status.code, status.stdout]).toEqual([
      1,
      expect.stringMatching(/Nomad does not let us in[^]*refused {2}Nomad does not know[^]*access recover/),
    ]);
    expect(await refused('up')).toMatchObject({ code: 'acl-taken', next: expect.stringContaining('access recover') });
    await lab.must(['access', 'recover']);
    await lab.must(['up']);

    // Consul lets nobody delete what he asks with.
    const made = await ask(consul('acl/token'), {
      method: 'PUT',
      headers: withConsul(),
      body: { Policies: [{ Name: 'global-management' }] },
    });
    const other = { 'x-consul-token': (JSON.parse(made.body) as { SecretID: string }).SecretID };
    const mine = JSON.parse((await ask(consul('acl/token/self'), { headers: withConsul() })).body) as { AccessorID: string };
    expect((await ask(consul(`acl/token/${mine.AccessorID}`), { method: 'DELETE', headers: other })).status).toBe(200);
    expect(await refused('access', 'intention', 'list')).toMatchObject({
      code: 'token-unknown',
      message: expect.stringContaining('Consul'),
    });
    expect(await refused('job', 'plan', 'redis', '--driver', 'raw_exec')).toMatchObject({ code: 'token-unknown' });
    expect((await lab.run(['doctor'])).stdout).toContain("Consul does not know this cluster's management token");
    expect((await lab.must(['access', 'recover'])).stdout).toContain('--revoke');
    await lab.must(['access', 'recover', '--revoke']);
    expect((await ask(consul('acl/token/self'), { headers: other })).status).toBe(403);
    await lab.must(['up']);
    expect(await problemsWhenUp(lab, NODES)).toEqual([]);
  });

  test('a limit that somebody has set to the tokens of workloads goes with the next up', async () => {
    const path = consul('acl/auth-method/nomad-workloads');
    const method = JSON.parse((await ask(path, { headers: withConsul() })).body) as { Config: object; MaxTokenTTL?: string };
    // nomad#20159: with it, running services lose their tokens.
    expect(method.MaxTokenTTL ?? '0s').toBe('0s');
    await ask(path, { method: 'PUT', headers: withConsul(), body: { ...method, MaxTokenTTL: '1h' } });
    expect((await lab.must(['up', '--plan'])).stdout).toContain('in another way than it should');
    await lab.must(['up']);
    const after = JSON.parse((await ask(path, { headers: withConsul() })).body) as { MaxTokenTTL?: string };
    expect(after.MaxTokenTTL ?? '0s').toBe('0s');
  });

  test('certificates that are half written or have ended are made anew by up', { timeout: 240_000 }, async () => {
    const address = addresses.get('server-1') ?? '';
    const authority = { key: secretOf(secrets()['authorityKey'] ?? ''), certificate: readFileSync(paths().ca, 'utf8') };
    const names = certifiedNames({ name: 'server-1', role: 'server', datacenter: 'dc1', addresses: [address] });
    const issued = async (now: number): Promise<string> =>
      issueLeaf(authority, secretOf(readFileSync(leafOf('server-1').key, 'utf8')), { name: 'server-1', names, now });
    const harms: [string, () => Promise<string>, RegExp][] = [
      ['half written', async () => readFileSync(leafOf('server-1').certificate, 'utf8').slice(0, 200), /Failed|failed|PEM|ended/],
      ['ended', async () => issued(Date.now() - 366 * DAY_MS), /has ended|does not answer/],
    ];
    for (const [what, certificate] of harms) {
      writeFileSync(leafOf('server-1').certificate, await certificate());
      // As after a reboot: what runs has read what is there.
      for (const agent of ['server-1 nomad', 'server-1 consul'])
        for (const pid of lab.agents().get(agent) ?? []) process.kill(pid, 'SIGKILL');
      if (what !== 'half written') {
        await lab.run(['up', '--only', 'start-consul']);
        const said = await lab.run(['job', 'status', 'redis']);
        expect([said.code, said.stderr], what).toEqual([1, expect.stringMatching(/next {2}/)]);
      }
      await lab.must(['up']);
      const { validTo, validFrom } = new X509Certificate(readFileSync(leafOf('server-1').certificate));
      expect([Date.parse(validTo) - Date.now() > 300 * DAY_MS, Date.parse(validFrom) < Date.now()], what).toEqual([true, true]);
      expect(await problemsWhenUp(lab, NODES), what).toEqual([]);
    }
    chmodSync(leafOf('client-1').key, 0o644);
    expect((await lab.must(['up', '--plan'])).stdout).toContain('client-1: others can read its key');
    await lab.must(['up']);
    expect(statSync(leafOf('client-1').key).mode & 0o777).toBe(0o600);
  });

  test('client certificates can be asked for, and then everything of ours has one', { timeout: 240_000 }, async () => {
    await lab.must(['up', '--client-certificates']);
    expect(await problemsWhenUp(lab, NODES)).toEqual([]);
    for (const url of [nomad('status/leader'), consul('status/leader')])
      await expect(ask(url), url).rejects.toThrow(/certificate required/);
    const { certificate, key } = paths().operator;
    const identity = { cert: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') };
    expect(statSync(key).mode & 0o777).toBe(0o600);
    expect((await ask(nomad('jobs'), { identity })).status).toBe(403);
    const method = JSON.parse((await ask(consul('acl/auth-method/nomad-workloads'), { headers: withConsul(), identity })).body) as {
      Config: { JWKSURL?: string; JWTValidationPubKeys?: string[] };
    };
    expect(method.Config.JWKSURL ?? '').toBe('');
    expect(method.Config.JWTValidationPubKeys?.length).toBeGreaterThan(0);
    expect((await lab.must(['exec', 'nomad', 'node', 'status'])).stdout).toContain('client-1');
    expect((await lab.must(['exec', 'consul', 'members'])).stdout).toContain('client-1');
    // Consul is told of Nomad's new keys, and agents go on to know us: the job of the next life logs in by both.
    await lab.must(['rotate', 'keyring', '--yes']);
    const before = readFileSync(certificate, 'utf8');
    await lab.must(['rotate', 'ca', '--yes']);
    expect(readFileSync(certificate, 'utf8')).not.toBe(before);
    await lab.must(['job', 'deploy', 'hello', '--driver', 'raw_exec']);
    expect((await lab.must(['up'])).stdout).toContain('Nothing to do');
  });

  test('clients can be made to introduce themselves', { timeout: 180_000 }, async () => {
    const strict = ['up', '--client-introduction', 'strict', '--clients', '2'];
    await lab.must(strict);
    const both = ['server-1', 'client-1', 'client-2'];
    expect(await problemsWhenUp(lab, both)).toEqual([]);
    const { data, log } = agentFiles(paths().agents, 'client-2', 'nomad');
    expect(existsSync(introductionFile(data))).toBe(false);
    // Without its data it is somebody whom nobody knows.
    const restart = async (): Promise<void> => {
      for (const pid of lab.agents().get('client-2 nomad') ?? []) process.kill(pid, 'SIGKILL');
      rmSync(join(data, 'client'), { recursive: true, force: true });
      rmSync(log, { force: true });
      await lab.run(['up', '--only', 'start-nomad-clients']);
    };
    await restart();
    await expect
      .poll(() => (existsSync(log) ? readFileSync(log, 'utf8') : ''), { timeout: 20_000 })
      .toMatch(/registering.*Permission denied/i);
    const known = async () => (await lab.status()).nomadClients?.find(({ name, status }) => name === 'client-2' && status === 'ready');
    await expect.poll(known, { timeout: 40_000, interval: 1000 }).toBeUndefined();
    await lab.must(['up']);
    expect(await problemsWhenUp(lab, both)).toEqual([]);
  });

  test('none of its secrets is where others look, in any form, after a whole life', { timeout: 240_000 }, async ({ skip }) => {
    const [terraform, plugins] = [requireTool('terraform'), requireProvider('hashicorp/nomad')];
    if (terraform === undefined || plugins === undefined) skip('terraform with the provider of Nomad is not there');
    // A key line by line: nobody writes it down in one piece.
    const lines = (value: string): string[] => value.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----'));
    const keys = [paths().operator.key, ...NODES.map((node) => leafOf(node).key)].map((path) => readFileSync(path, 'utf8'));
    const planted = `planted-${randomUUID()}`;
    const search = searchForSecrets([...Object.values(secrets()), ...keys].flatMap(lines).concat(planted));
    const env = {
      ...(await terraformEnv({ terraform: terraform ?? '', plugins: plugins ?? '' }, lab.home)),
      NOMAD_TOKEN: planted,
      CONSUL_HTTP_TOKEN: planted,
    };
    const said = [];
    for (const words of [
      ['job', 'deploy', 'greeter', '--driver', 'raw_exec', '--via', 'terraform'],
      ['status'],
      ['job', 'status', 'greeter'],
      ['exec', 'nomad', 'node', 'status'],
      ['access', 'token', 'list'],
      ['up'],
      ['history'],
      ['doctor', '--json'],
    ])
      said.push(await lab.must(words, { env }));
    // Somebody revokes the tokens of what runs: nobody would notice but by being refused.
    const identity = { cert: readFileSync(paths().operator.certificate, 'utf8'), key: readFileSync(paths().operator.key, 'utf8') };
    const tokens = JSON.parse((await ask(consul('acl/tokens'), { headers: withConsul(), identity })).body) as LoginToken[];
    for (const { AccessorID } of tokens.filter(({ AuthMethod, ServiceIdentities }) => AuthMethod && ServiceIdentities))
      await ask(consul(`acl/token/${AccessorID}`), { method: 'DELETE', headers: withConsul(), identity });
    const told = await lab.must(['job', 'status', 'greeter'], { env });
    expect(told.stdout).toMatch(/no token for greeter.*was revoked[^]*exec nomad job restart -yes -reschedule greeter/);
    await lab.must(['exec', 'nomad', 'job', 'restart', '-yes', '-reschedule', 'greeter'], { env });
    expect((await lab.must(['job', 'status', 'greeter'], { env })).stdout).not.toContain('no token');
    said.push(told);
    expect(said.filter(({ stdout, stderr }) => search.isIn(`${stdout}${stderr}`))).toEqual([]);
    expect(await search.files(lab.home, MEANT)).toEqual([]);
    expect(search.saw(/terraform.* (plan|apply)/)).toBe(true);
    expect(search.commandLines()).toEqual([]);
    expect(search.environments()).toEqual([]);
    // That the search finds what is there.
    expect(await search.files(lab.home)).toContain('clusters/dev/secrets.json');
    await lab.must(['down'], { env });
    expect(problemsWhenDown(lab)).toEqual([]);
    expect(await search.files(lab.home)).toEqual([]);
  });
});

/** Files that are meant to have some: ours, 0600 in folders of 0700, and the programs' own data. */
const MEANT = [
  /^clusters\/dev\/(secrets\.json|operator-key\.pem)$/,
  /^clusters\/dev\/agents\/[\w-]+\/(tls\/key\.pem|tls\/tasks-key\.pem|(consul|nomad)\/(secrets\.json|gossip-keys\.json|data\/))/,
];
