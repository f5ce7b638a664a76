import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { blockOf, wordsOf } from '../helpers/guide-blocks.js';
import { openLab } from '../helpers/lab.js';
import { readableCopy } from '../helpers/readable-copy.js';
import { requireTool } from '../helpers/require-tool.js';
import { runCli, startCli, type CliOptions } from '../helpers/run-cli.js';

const tools = ['consul', 'nomad', 'ip', 'unshare', 'nsenter', 'setpriv', 'curl'];
const able = process.getuid?.() === 0 && tools.every((tool) => requireTool(tool) !== undefined);
/** `nobody`, whose clusters they are. */
const OWNER = 65534;
const RESOLV = 'search example.test\nnameserver 127.0.0.9\noptions timeout:1 attempts:1';

/** A computer of the test's own: its loopback, its resolv.conf, its /var/lib. Words that lead into it. */
async function computer(folder: string): Promise<{ readonly into: readonly string[]; readonly resolvConf: string }> {
  const resolvConf = join(folder, 'resolv.conf');
  writeFileSync(resolvConf, RESOLV);
  mkdirSync(join(folder, 'own'));
  const script = [
    'ip link set lo up',
    // Libraries look for IPv4 addresses where there is one besides loopback's: that of the bridge of containers.
    'ip link add docker0 type veth peer name far0 && ip addr add 172.17.0.1/16 dev docker0 && ip link set docker0 up && ip link set far0 up',
    `mount --bind ${resolvConf} /etc/resolv.conf`,
    `mount -t tmpfs own ${folder}/own`,
    `mkdir ${folder}/own/upper ${folder}/own/work`,
    `mount -t overlay -o lowerdir=/var/lib,upperdir=${folder}/own/upper,workdir=${folder}/own/work own /var/lib`,
    'echo ready',
    'exec sleep infinity',
  ].join(' && ');
  const holder = spawn('unshare', ['--mount', '--net', 'sh', '-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
  return { into: ['nsenter', '--target', String(holder.pid), '--mount', '--net', '--'], resolvConf };
}

/** Five instances with addresses of their own, of a service that no job is needed for. */
const REGISTER = `for i in 1 2 3 4 5; do
  curl -sSf --cacert "$CONSUL_CACERT" -H "X-Consul-Token: $CONSUL_HTTP_TOKEN" -X PUT "$CONSUL_HTTP_ADDR/v1/agent/service/register" \\
    -d "{\\"ID\\":\\"$1-$i\\",\\"Name\\":\\"$1\\",\\"Port\\":900$i,\\"Address\\":\\"127.0.9.$i\\"}"
done`;
const FIVE = [1, 2, 3, 4, 5].map((last) => `127.0.9.${last}`);
const addressesIn = (text: string): string[] => [...new Set(text.match(/\b\d+(\.\d+){3}\b/g))].sort();

const JOB = `job "asks" {
  type = "batch"
  group "asks" {
    task "asks" {
      driver = "raw_exec"
      config {
        command = "getent"
        args    = ["ahostsv4", "bot.service.consul"]
      }
      resources {
        cpu    = 20
        memory = 20
      }
    }
    restart { attempts = 0 }
    reschedule { attempts = 0 }
  }
}
`;

test.skipIf(!able)(
  'names of a secured cluster resolve for one program, then for the computer, then not any more',
  { timeout: 240_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nomadctl-names-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const { into, resolvConf } = await computer(folder);
    const copy = readableCopy(folder);
    const lab = openLab({ ...copy, as: [...into, 'setpriv', '--reuid', String(OWNER), '--regid', String(OWNER), '--clear-groups'] });
    onTestFinished(() => lab.end());
    chownSync(lab.home, OWNER, OWNER);
    chmodSync(lab.home, 0o755);
    const asRoot: CliOptions = { ...copy, home: lab.home, as: into };
    const rootDoes = async (...words: readonly string[]) => {
      const result = await runCli(['dns', ...words], asRoot);
      expect([words.join(' '), result.code, result.stderr]).toEqual([words.join(' '), 0, '']);
      return result;
    };
    onTestFinished(async () => void (await runCli(['dns', '--disable'], asRoot)));
    const here = (line: string): string => {
      try {
        return execFileSync(into[0] ?? '', [...into.slice(1), 'sh', '-c', line], { encoding: 'utf8' }).trim();
      } catch (error) {
        return String((error as { status: unknown }).status);
      }
    };

    await lab.must(['up', '--clients', '1']);
    await lab.must(['exec', '--', 'sh', '-c', REGISTER, 'sh', 'bot']);
    await lab.must(['exec', '--', 'sh', '-c', REGISTER, 'sh', 'my_bot']);
    const shown = (await lab.must(['dns', '--json'])).json<Shown>();
    expect(
      shown.names
        .find(({ name }) => name === 'bot.service.consul')
        ?.instances.map(({ address }) => address)
        .sort(),
    ).toEqual(FIVE);
    expect(shown.names.filter(({ problem }) => problem).map(({ name }) => name)).toEqual(['my_bot.service.consul']);
    expect(shown.resolves.map(({ resolves }) => resolves)).toEqual([true, false, false, false, false, false]);
    expect(shown.curl).toContain('curl --resolve bot.service.consul:9001:127.0.9.1 http://bot.service.consul:9001/');

    for (const words of wordsOf(blockOf('docs/guide/names.md', 'sh', 'exec --names'))) await lab.must(words);

    // One program, of somebody without rights: nobody else sees it, and it is who it was.
    const own = ['exec', '--names', '--', 'sh', '-c'];
    expect(addressesIn((await lab.must([...own, 'getent ahostsv4 bot.service.consul'])).stdout)).toEqual(FIVE);
    expect((await lab.must([...own, 'id -u; grep CapEff /proc/self/status'])).stdout).toMatch(/^65534\nCapEff:\s0+\n$/);
    expect((await lab.run([...own, 'exit 7'])).code).toBe(7);
    const waits = `${REGISTER}; for i in $(seq 100); do getent ahostsv4 late.service.consul && exit; sleep 0.1; done; exit 1`;
    expect(addressesIn((await lab.must([...own, waits, 'sh', 'late'])).stdout)).toEqual(FIVE);
    expect(here('getent hosts bot.service.consul')).toBe('2');
    const refused = await lab.run(['dns', '--enable']);
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringMatching(/NOMADCTL_HOME=\S+ .*dns --enable --cluster dev/)]);

    // The computer: agents are asked without a token, and libraries without EDNS see all five.
    expect((await rootDoes('--enable', '--plan')).stdout).toContain('+ nameserver 127.0.53.53');
    expect(readFileSync(resolvConf, 'utf8')).toBe(RESOLV);
    await rootDoes('--enable');
    expect(addressesIn(here('getent ahostsv4 bot.service.consul'))).toEqual(FIVE);
    // What a task with `dns { servers = ["172.17.0.1"] }` has.
    writeFileSync(join(folder, 'of-a-container'), 'nameserver 172.17.0.1\n');
    const inside = `mount --bind ${folder}/of-a-container /etc/resolv.conf && getent ahostsv4 bot.service.consul`;
    expect(addressesIn(here(`unshare --mount sh -c '${inside}'`))).toEqual(FIVE);
    expect((await lab.must(['dns', '--json'])).json<Shown>().resolves.map(({ resolves }) => resolves)).toEqual(Array(6).fill(true));
    writeFileSync(join(lab.home, 'asks.nomad.hcl'), JOB);
    await lab.must(['job', 'deploy', join(lab.home, 'asks.nomad.hcl')]);
    expect(addressesIn((await lab.must(['job', 'logs', 'asks'])).stdout)).toEqual(FIVE);
    // A reboot ends our resolver: status and doctor say so in one sentence, and up in root's hands brings it back.
    here('kill -9 $(sed \'s/.*"pid":\\([0-9]*\\).*/\\1/\' /var/lib/nomadctl/dns-forwarder.json)');
    const way = /asks? 127\.0\.53\.53 about \.consul, where our resolver does not run[^]*NOMADCTL_HOME=\S+ .*dns --enable --cluster dev/;
    expect((await lab.must(['status'])).stdout).toMatch(way);
    expect((await lab.run(['doctor', '--only', 'names'])).stdout).toMatch(/names below \.consul +this computer asks/i);
    expect((await lab.must(['up'])).stderr).toMatch(way);
    expect((await rootDoes('--enable')).stdout).toContain('resolve already');
    expect(addressesIn(here('getent ahostsv4 bot.service.consul'))).toEqual(FIVE);
    expect((await lab.must(['status'])).stdout).not.toContain('does not run');
    writeFileSync(resolvConf, `${readFileSync(resolvConf, 'utf8')}\n# mine\n`);
    expect((await rootDoes('--disable')).stdout).toContain('was edited since');
    expect(readFileSync(resolvConf, 'utf8')).toBe(`${RESOLV}\n# mine\n`);
    writeFileSync(resolvConf, RESOLV);

    for (const [, ...words] of wordsOf(blockOf('docs/guide/names.md', 'sh', 'dns --disable'))) await rootDoes(...words);
    expect(readFileSync(resolvConf, 'utf8')).toBe(RESOLV);

    // Killed wherever: what was comes back, and our resolver does not stay behind.
    for (const ms of [60, 100, 140, 180, 220, 260]) {
      const { child, done } = startCli(['dns', '--enable'], { ...asRoot, as: into });
      await delay(ms);
      execFileSync('sh', [
        '-c',
        `kill -9 $(cat /proc/${child.pid}/task/*/children) ${child.pid} 2>/dev/null || kill -9 ${child.pid} || true`,
      ]);
      await done;
      await rootDoes('--disable');
      expect([ms, readFileSync(resolvConf, 'utf8')]).toEqual([ms, RESOLV]);
    }
    expect(here('ls -A /var/lib/nomadctl')).toBe('2');
    expect(here('getent hosts bot.service.consul')).toBe('2');
    expect((await rootDoes('--disable')).stdout).toContain('is as it was');

    // A cluster that goes is asked no more: who may not change that is told how, and root does it.
    await rootDoes('--enable');
    const down = await lab.must(['down']);
    expect(down.stderr).toMatch(/asks cluster dev about \.consul, and nobody will answer any more: .*dns --disable/);
    expect(readFileSync(resolvConf, 'utf8')).toContain('nameserver 127.0.53.53');
    await lab.must(['up', '--clients', '1']);
    await rootDoes('--enable');
    const byRoot = await runCli(['down', 'dev'], asRoot);
    expect([byRoot.code, readFileSync(resolvConf, 'utf8')]).toEqual([0, RESOLV]);
    expect(byRoot.stderr + byRoot.stdout).toContain('Names of dev do not resolve on this computer any more');
    expect(here('ls -A /var/lib/nomadctl')).toBe('2');
  },
);

interface Shown {
  readonly names: readonly {
    readonly name: string;
    readonly problem?: string;
    readonly instances: readonly { readonly address: string }[];
  }[];
  readonly resolves: readonly { readonly resolves: boolean }[];
  readonly curl: readonly string[];
}
