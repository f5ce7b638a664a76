import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test, vi } from 'vitest';
import { requireTool } from '../helpers/require-tool.js';

const run = promisify(execFile);
const userData = fileURLToPath(new URL('../golden/terraform/user-data/client-1.sh', import.meta.url));
const resolver = fileURLToPath(new URL('../fixtures/one-name-resolver.mjs', import.meta.url));
const consul = requireTool('consul');
const can =
  process.getuid?.() === 0 && consul !== undefined && ['ip', 'iptables', 'unshare'].every((tool) => requireTool(tool) !== undefined);

/** Of the host in the golden user data, and whom DHCP names. */
const [OWN, GIVEN, LATER] = ['10.81.0.11', '10.81.0.2', '10.81.0.3'];

interface Host {
  readonly folder: string;
  /** In the host's network, with its files at their places. */
  here(line: string): Promise<string>;
  /** In a container of the host, whose resolver is the host's. */
  inContainer(line: string): Promise<string>;
  start(line: string): Promise<ChildProcess>;
}

/** A host with a container behind docker0 and two resolvers in its subnet; all in namespaces of the test's own. */
async function host(): Promise<Host> {
  const folder = mkdtempSync(join(tmpdir(), 'nomadctl-host-names-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const word = randomBytes(3).toString('hex');
  const [own, container] = [`ncn${word}h`, `ncn${word}c`];
  const ip = (line: string): void => void execFileSync('ip', line.split(' '));
  for (const name of [own, container]) {
    ip(`netns add ${name}`);
    onTestFinished(() => ip(`netns del ${name}`));
    ip(`-n ${name} link set lo up`);
  }
  ip(`-n ${own} link add ens9 type veth peer name far9 netns ${own}`);
  ip(`-n ${own} link add docker0 type veth peer name eth0 netns ${container}`);
  for (const [card, address] of [
    ['ens9', `${OWN}/24`],
    ['docker0', '172.17.0.1/16'],
  ])
    ip(`-n ${own} addr add ${address} dev ${card}`);
  for (const card of ['ens9', 'far9', 'docker0']) ip(`-n ${own} link set ${card} up`);
  for (const address of [GIVEN, LATER]) ip(`-n ${own} addr add ${address}/32 dev lo`);
  ip(`-n ${container} addr add 172.17.0.2/16 dev eth0`);
  ip(`-n ${container} link set eth0 up`);
  ip(`-n ${container} route add default via 172.17.0.1`);
  mkdirSync(join(folder, 'consul.d'));
  mkdirSync(join(folder, 'bin'));
  const text = await readFile(userData, 'utf8');
  const script = /^cat > \S*\/resolve-names << 'NOMADCTL_END'\n([^]*?)^NOMADCTL_END$/m.exec(text)?.[1] ?? '';
  writeFileSync(join(folder, 'bin/resolve-names'), script, { mode: 0o755 });
  writeFileSync(join(folder, 'bin/systemctl'), `#!/bin/sh\n[ "$1 $2" != '--no-block reload' ] || kill -HUP $(cat ${folder}/pid)\n`, {
    mode: 0o755,
  });
  writeFileSync(join(folder, 'resolv.conf'), `search example.test\nnameserver ${GIVEN}\noptions timeout:1\n`);
  const mounts = `mkdir -p /etc/consul.d; mount --bind ${folder}/consul.d /etc/consul.d; mount --bind ${folder}/resolv.conf /etc/resolv.conf`;
  const words = (space: string, line: string): string[] => [
    'netns',
    'exec',
    space,
    'unshare',
    '--mount',
    'sh',
    '-c',
    `${mounts}; PATH=${folder}/bin:$PATH; ${line}`,
  ];
  const said = async (space: string, line: string): Promise<string> => (await run('ip', words(space, line))).stdout.trim();
  return {
    folder,
    here: (line) => said(own, line),
    inContainer: (line) => said(container, line),
    async start(line) {
      const child = spawn('ip', words(own, `exec ${line}`), { stdio: ['ignore', 'pipe', 'ignore'] });
      onTestFinished(() => void child.kill('SIGKILL'));
      await once(child.stdout, 'data');
      return child;
    },
  };
}

test.skipIf(!can)('a host and its containers resolve .consul, and all else where DHCP says, with Consul or without', async () => {
  const at = await host();
  const resolvConf = (): string => readFileSync(join(at.folder, 'resolv.conf'), 'utf8');
  await at.start(`${process.execPath} ${resolver} ${GIVEN} 192.0.2.1`);
  await at.start(`${process.execPath} ${resolver} ${LATER} 192.0.2.2`);
  // At first boot there is no Consul yet.
  await at.here('resolve-names');
  expect(resolvConf()).toBe(`nameserver ${OWN}\nsearch example.test\nnameserver ${GIVEN}\noptions timeout:1\n`);
  expect(await at.here('getent ahostsv4 www.example.test')).toContain('192.0.2.1');

  const agent = [
    'agent',
    '-dev',
    '-bind',
    OWN,
    '-client',
    '0.0.0.0',
    '-node',
    'client-1',
    '-config-dir',
    '/etc/consul.d',
    '-pid-file',
    `${at.folder}/pid`,
  ];
  await at.start(`${consul} ${agent.join(' ')}`);
  for (const ask of [at.here, at.inContainer]) {
    await vi.waitFor(async () => expect(await ask('getent ahostsv4 client-1.node.consul')).toContain(OWN), {
      timeout: 15_000,
      interval: 100,
    });
    expect(await ask('getent ahostsv4 www.example.test')).toContain('192.0.2.1');
  }

  // DHCP names another one; the unit runs the script for that, and may again for what the script wrote.
  writeFileSync(join(at.folder, 'resolv.conf'), `nameserver ${LATER}\n`);
  for (let times = 0; times < 2; times++) await at.here('resolve-names');
  expect(resolvConf()).toBe(`nameserver ${OWN}\nnameserver ${LATER}\n`);
  expect(await at.here('iptables -t nat -S | grep -c 8600')).toBe('4');
  await vi.waitFor(async () => expect(await at.inContainer('getent ahostsv4 mail.example.test')).toContain('192.0.2.2'), { timeout: 5000 });
  expect(await at.here('getent ahostsv4 client-1.node.consul')).toContain(OWN);

  // Without Consul nobody waits as long as a resolver does for one that is silent.
  process.kill(Number(readFileSync(join(at.folder, 'pid'), 'utf8')), 'SIGKILL');
  const since = Date.now();
  expect(await at.here('getent ahostsv4 www.example.test')).toContain('192.0.2.2');
  expect(Date.now() - since).toBeLessThan(5000);
});
