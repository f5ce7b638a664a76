import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { firstTokens, type FirstTokens } from '../../../src/machines/first-tokens.js';
import { openHostShell } from '../../../src/machines/host-shell.js';
import { setUpNode, type NodeSetup } from '../../../src/machines/set-up-node.js';
import { issueAuthority, issueForRequest } from '../../../src/security/authority/issue.js';
import { newPrivateKey } from '../../../src/security/authority/new-private-key.js';
import { certificateProblem } from '../../../src/security/authority/certificate-standing.js';
import { hintMatching } from '../../helpers/hint-line.js';
import { requireTool } from '../../helpers/require-tool.js';
import { secretOf } from '../../helpers/secret-values.js';
import { tempHome } from '../../helpers/temp-home.js';
import { createTestContext } from '../../helpers/test-context.js';
import { thrown } from '../../helpers/thrown.js';

const idOf = (flag: string): string => execFileSync('id', [flag], { encoding: 'utf8' }).trim();
const [user, group] = [idOf('-un'), idOf('-gn')];
const openssl = requireTool('openssl');

interface SceneOptions {
  readonly running?: boolean;
  /** What runs is a plain cluster's. */
  readonly plain?: boolean;
  readonly problem?: string;
  /** Of a server whose cluster has no tokens yet: what its API says when it is asked to make one. */
  readonly bootstrap?: string;
}

/** A host in a folder: a systemd that writes down what it is asked, and agents that run as `running` says. */
async function scene({ running = false, plain = false, problem = '', bootstrap }: SceneOptions = {}) {
  const home = await tempHome();
  const script = (name: string, text: string): void => {
    writeFileSync(join(home, name), `#!/bin/bash\n${text}\n`);
    chmodSync(join(home, name), 0o755);
  };
  script('ssh', `echo connection >> ${home}/connections\nexec bash -s`);
  script('systemctl', `echo "$*" >> ${home}/asked\n${running ? 'true' : 'case "$*" in *is-active*) exit 3 ;; esac'}`);
  script('check', problem === '' ? 'true' : `echo '${problem}'; exit 1`);
  script('iptables', `echo "iptables $*" >> ${home}/asked\ncase "$*" in *-C*|*-D*) exit 1 ;; esac`);
  script(
    'curl',
    `echo "curl \${!#}" >> ${home}/asked\necho "$*" >> ${home}/arguments\ncase "$*" in *-K*) cat >> ${home}/input ;; esac
case "$*" in *status/leader*) echo '"10.80.0.11:8300"' ;; *token/self*) printf 403 ;; *) printf '%s' '${bootstrap ?? ''}' ;; esac`,
  );
  writeFileSync(join(home, 'booted'), '');
  if (running && !plain) writeFileSync(join(home, 'secured.conf'), '');
  mkdirSync(join(home, 'secrets'));
  const ctx = await createTestContext({ env: { PATH: [home, process.env['PATH']].join(delimiter) } });
  const key = newPrivateKey(ctx.redact);
  const now = Date.now();
  const authority = { key, certificate: await issueAuthority(key, { cluster: 'prod', now }) };
  const names = { dns: ['client.dc1.consul'], ip: ['10.81.0.11'] };
  const currents: (string | undefined)[] = [];
  const tokens: FirstTokens = firstTokens(bootstrap === undefined ? [] : ['consul'], ctx);
  const setup: NodeSetup = {
    name: 'client-1',
    firstBootDone: join(home, 'booted'),
    group,
    certificate: { path: join(home, 'node.pem'), key: join(home, 'node-key.pem') },
    folders: [{ path: join(home, 'consul.d'), mode: '0750', owner: `${user}:${group}` }],
    files: [
      { path: join(home, 'consul.d/secrets.json'), mode: '0640', owner: `${user}:${group}`, content: { token: secretOf('a-token') } },
    ],
    agents: [{ program: 'consul', check: join(home, 'check'), securedBy: join(home, 'secured.conf'), readsAtStart: [] }],
    firstTokens: tokens,
    serves: [{ program: 'consul', management: secretOf('the-management-token') }],
    async certify(request, current) {
      currents.push(current);
      if (current !== undefined && certificateProblem(current, { authority: authority.certificate, names, now }) === undefined)
        return current;
      return issueForRequest(authority, request, { name: 'client-1', names, now });
    },
  };
  const run = async (changes: Partial<NodeSetup> = {}) => {
    const shell = await openHostShell({ name: 'client-1', config: '/config', ctx, timeoutMs: 30_000 });
    onTestFinished(() => shell.close());
    return setUpNode(shell, { ...setup, ...changes });
  };
  const asked = (): string[] => readFileSync(join(home, 'asked'), 'utf8').trim().split('\n');
  const connections = (): number => readFileSync(join(home, 'connections'), 'utf8').trim().split('\n').length;
  const read = (name: string): string => readFileSync(join(home, name), 'utf8');
  return { home, run, asked, currents, connections, tokens, read, key: () => readFileSync(join(home, 'node-key.pem'), 'utf8') };
}

test.skipIf(!openssl)('a host makes its key, is certified by its request, and starts: in one connection', async () => {
  const { home, run, asked, connections, key } = await scene();
  const certificate = new X509Certificate(await run());
  expect(certificate.subjectAltName).toBe('DNS:client.dc1.consul, IP Address:10.81.0.11');
  expect(key()).toContain('PRIVATE KEY');
  expect(execFileSync(openssl ?? '', ['pkey', '-in', join(home, 'node-key.pem'), '-pubout'], { encoding: 'utf8' })).toBe(
    certificate.publicKey.export({ type: 'spki', format: 'pem' }),
  );
  expect(statSync(join(home, 'node-key.pem')).mode & 0o777).toBe(0o640);
  expect(readFileSync(join(home, 'consul.d/secrets.json'), 'utf8')).toContain('a-token');
  expect(asked().slice(-2)).toEqual(['--no-block start consul', '--quiet enable consul']);
  expect(connections()).toBe(1);
});

test.skipIf(!openssl)('a second time changes nothing: the same key, the same certificate, an agent that runs is left alone', async () => {
  const { run, asked, currents, key } = await scene({ running: true });
  const [certificate, made] = [await run(), key()];
  expect(asked()).toContain('reload consul');
  const before = asked().length;
  expect(await run()).toBe(certificate);
  expect([key() === made, currents]).toEqual([true, [undefined, certificate]]);
  expect(asked().slice(before)).toEqual(['--quiet is-active consul', 'daemon-reload', '--quiet is-active consul', '--quiet enable consul']);
});

test.skipIf(!openssl)('an agent that reads a file at its start alone is started anew for it', async () => {
  const { home, run, asked } = await scene({ running: true });
  const agents: NodeSetup['agents'] = [
    { program: 'consul', check: 'true', securedBy: join(home, 'secured.conf'), readsAtStart: [] },
    { program: 'nomad', check: 'true', securedBy: join(home, 'secured.conf'), readsAtStart: [join(home, 'consul.d/secrets.json')] },
  ];
  await run({ agents });
  expect(asked().filter((line) => /reload |restart/.test(line))).toEqual(['reload consul', '--no-block restart nomad']);
  const before = asked().length;
  await run({ agents });
  expect(
    asked()
      .slice(before)
      .filter((line) => /reload |restart/.test(line)),
  ).toEqual([]);
});

test.skipIf(!openssl)('a host whose agents keep nobody out is left as it is', async () => {
  const { home, run, asked } = await scene({ running: true, plain: true });
  const error = await thrown(run);
  expect(error).toMatchObject({
    code: 'host-script-failed',
    why: [expect.stringContaining('made with profile plain or poc'), expect.anything()],
  });
  expect(asked()).toEqual(['--quiet is-active consul']);
  expect(existsSync(join(home, 'consul.d'))).toBe(false);
});

test.skipIf(!openssl)('a key that is torn is made anew, and the certificate with it', async () => {
  const { home, run, currents } = await scene();
  const first = await run();
  writeFileSync(join(home, 'node-key.pem'), '-----BEGIN PRIVATE KEY-----\n');
  expect(await run()).not.toBe(first);
  expect(currents).toEqual([undefined, undefined]);
});

test.skipIf(!openssl)('a configuration with a mistake starts nothing', async () => {
  const { run, asked } = await scene({ problem: 'unknown key "x"' });
  const error = await thrown(run);
  expect(error).toMatchObject({ code: 'host-script-failed', message: 'starting the agents failed on client-1' });
  expect(error.why[0]).toBe('unknown key "x"');
  expect(asked()).toEqual(['--quiet is-active consul']);
});

const CLOSED = 'INPUT ! -i lo -p tcp -m multiport --dports 8500:8501,4646 -j REJECT --reject-with tcp-reset';

test.skipIf(!openssl)(
  'a server whose cluster has no tokens answers its host alone until all are made, and starts by itself only then',
  async () => {
    const { run, asked, tokens, read } = await scene({ bootstrap: '{}\n200' });
    await run();
    const order = asked()
      .slice(1)
      .filter((line) => !/reset-failed|daemon-reload/.test(line));
    expect(order).toEqual([
      `iptables -w -C ${CLOSED}`,
      `iptables -w -I ${CLOSED}`,
      '--quiet is-active consul',
      '--no-block start consul',
      ...['status/leader', 'acl/token/self', 'acl/bootstrap'].map((path) => `curl https://127.0.0.1:8501/v1/${path}`),
      `iptables -w -D ${CLOSED}`,
      '--quiet enable consul',
    ]);
    expect(read('input')).toBe(
      'header = "X-Consul-Token: the-management-token"\ndata = "{\\"BootstrapSecret\\":\\"the-management-token\\"}"\n',
    );
    expect(read('arguments')).not.toContain('the-management-token');
    await expect(tokens.all()).resolves.toBeUndefined();
  },
);

test.skipIf(!openssl)('agents of hosts that serve nothing start when the servers have their tokens', async () => {
  const { home, run, asked, tokens } = await scene({ bootstrap: '{}\n200' });
  const done = run({ serves: [] });
  await expect.poll(() => existsSync(join(home, 'node.pem'))).toBe(true);
  expect(asked()).toEqual(['--quiet is-active consul']);
  tokens.made('consul');
  await done;
  expect(asked().filter((line) => /start|iptables|curl/.test(line))).toEqual(['--no-block start consul']);
});

test.skipIf(!openssl)('somebody else’s first token ends it, with the way out, and the host stays closed', async () => {
  const said = '{"error":"ACL bootstrap no longer allowed (reset index: 13)"}\n403';
  const { run, asked } = await scene({ bootstrap: said });
  const error = await thrown(run);
  expect(error).toMatchObject({
    code: 'acl-taken',
    message: expect.stringMatching(/^Consul has its first management token, and it is not/) as string,
    next: hintMatching(/nomadctl down && nomadctl up/),
  });
  expect(asked().filter((line) => /-D|enable/.test(line))).toEqual([]);
});

test('hosts that wait for a token learn that nobody will make it', async () => {
  const ctx = await createTestContext();
  const tokens = firstTokens(['consul', 'nomad'], ctx);
  tokens.made('consul');
  const waiting = tokens.all();
  tokens.failed(new Error('no answer'));
  await expect(waiting).rejects.toThrow('no answer');
  tokens.made('nomad');
  await expect(tokens.all()).resolves.toBeUndefined();
});
