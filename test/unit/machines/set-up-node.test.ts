import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openHostShell } from '../../../src/machines/host-shell.js';
import { setUpNode, type NodeSetup } from '../../../src/machines/set-up-node.js';
import { issueAuthority, issueForRequest } from '../../../src/security/authority/issue.js';
import { newPrivateKey } from '../../../src/security/authority/new-private-key.js';
import { certificateProblem } from '../../../src/security/authority/certificate-standing.js';
import { requireTool } from '../../helpers/require-tool.js';
import { secretOf } from '../../helpers/secret-values.js';
import { tempHome } from '../../helpers/temp-home.js';
import { createTestContext } from '../../helpers/test-context.js';
import { thrown } from '../../helpers/thrown.js';

const idOf = (flag: string): string => execFileSync('id', [flag], { encoding: 'utf8' }).trim();
const [user, group] = [idOf('-un'), idOf('-gn')];
const openssl = requireTool('openssl');

/** A host in a folder: a systemd that writes down what it is asked, and agents that run as `running` says. */
async function scene({ running = false, problem = '' } = {}) {
  const home = await tempHome();
  const script = (name: string, text: string): void => {
    writeFileSync(join(home, name), `#!/bin/bash\n${text}\n`);
    chmodSync(join(home, name), 0o755);
  };
  script('ssh', `echo connection >> ${home}/connections\nexec bash -s`);
  script('systemctl', `echo "$*" >> ${home}/asked\n${running ? 'true' : 'case "$*" in *is-active*) exit 3 ;; esac'}`);
  script('check', problem === '' ? 'true' : `echo '${problem}'; exit 1`);
  writeFileSync(join(home, 'booted'), '');
  mkdirSync(join(home, 'secrets'));
  const ctx = await createTestContext({ env: { PATH: [home, process.env['PATH']].join(delimiter) } });
  const key = newPrivateKey(ctx.redact);
  const now = Date.now();
  const authority = { key, certificate: await issueAuthority(key, { cluster: 'prod', now }) };
  const names = { dns: ['client.dc1.consul'], ip: ['10.81.0.11'] };
  const currents: (string | undefined)[] = [];
  const setup: NodeSetup = {
    name: 'client-1',
    firstBootDone: join(home, 'booted'),
    group,
    certificate: { path: join(home, 'node.pem'), key: join(home, 'node-key.pem') },
    folders: [{ path: join(home, 'consul.d'), mode: '0750', owner: `${user}:${group}` }],
    files: [
      { path: join(home, 'consul.d/secrets.json'), mode: '0640', owner: `${user}:${group}`, content: { token: secretOf('a-token') } },
    ],
    agents: [{ program: 'consul', check: join(home, 'check') }],
    async certify(request, current) {
      currents.push(current);
      if (current !== undefined && certificateProblem(current, { authority: authority.certificate, names, now }) === undefined)
        return current;
      return issueForRequest(authority, request, { name: 'client-1', names, now });
    },
  };
  const run = async () => {
    const shell = await openHostShell({ name: 'client-1', config: '/config', ctx, timeoutMs: 30_000 });
    onTestFinished(() => shell.close());
    return setUpNode(shell, setup);
  };
  const asked = (): string[] => readFileSync(join(home, 'asked'), 'utf8').trim().split('\n');
  const connections = (): number => readFileSync(join(home, 'connections'), 'utf8').trim().split('\n').length;
  return { home, run, asked, currents, connections, key: () => readFileSync(join(home, 'node-key.pem'), 'utf8') };
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
  expect(asked().at(-1)).toBe('--no-block start consul');
  expect(connections()).toBe(1);
});

test.skipIf(!openssl)('a second time changes nothing: the same key, the same certificate, an agent that runs is left alone', async () => {
  const { run, asked, currents, key } = await scene({ running: true });
  const [certificate, made] = [await run(), key()];
  expect(asked()).toContain('reload consul');
  const before = asked().length;
  expect(await run()).toBe(certificate);
  expect([key() === made, currents]).toEqual([true, [undefined, certificate]]);
  expect(asked().slice(before)).toEqual(['daemon-reload', '--quiet enable consul', '--quiet is-active consul']);
});

test.skipIf(!openssl)('a key that is torn is made anew, and the certificate with it', async () => {
  const { home, run, currents } = await scene();
  const first = await run();
  writeFileSync(join(home, 'node-key.pem'), '-----BEGIN PRIVATE KEY-----\n');
  expect(await run()).not.toBe(first);
  expect(currents).toEqual([undefined, undefined]);
});

test.skipIf(!openssl)('a configuration with a mistake starts nothing', async () => {
  const { home, run } = await scene({ problem: 'unknown key "x"' });
  const error = await thrown(run);
  expect(error).toMatchObject({ code: 'host-script-failed', message: 'starting the agents failed on client-1' });
  expect(error.why[0]).toBe('unknown key "x"');
  rmSync(join(home, 'booted'));
  expect(() => readFileSync(join(home, 'asked'))).toThrow('ENOENT');
});
