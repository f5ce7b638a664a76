import { execFile, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createRedactor } from '../../packages/base/src/redact.js';
import { forManyCalls } from '../../packages/base/src/signals/any-signal.js';
import { Secret } from '../../packages/base/src/secret/secret.js';
import { unreachedFromHere } from '../../src/cluster/gossip/probe-from-here.js';
import { unreachedAmong, type UnreachedMember } from '../../src/cluster/gossip/unreached-members.js';
import { answersIn, gossipScript } from '../../src/machines/gossip-script.js';
import { freeSubnets } from '../helpers/docker-engine.js';
import { requireTool } from '../helpers/require-tool.js';

const consul = requireTool('consul');
const can = process.getuid?.() === 0 && consul !== undefined && ['ip', 'iptables'].every((tool) => requireTool(tool) !== undefined);
const run = promisify(execFile);

const GOSSIP = 8301;
const HTTP = 8500;
/** https://developer.hashicorp.com/consul/api-docs/agent#list-members */
const ALIVE = 1;

interface Network {
  /** Of the registry, on this computer. */
  readonly registry: string;
  /** A host beside it, and what runs there in an overlay: they reach out through the host, by its address. */
  readonly host: string;
  readonly inside: readonly { readonly space: string; readonly address: string }[];
  readonly hostSpace: string;
  in(space: string, line: string): void;
  agent(name: string, space: string | undefined, words: readonly string[]): void;
}

/** The registry on this computer; a host beside it that lets nobody into its overlay who has not been asked. */
function network(): Network {
  const word = randomBytes(3).toString('hex');
  const folder = mkdtempSync(join(tmpdir(), 'nomadctl-members-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const ip = (line: string): void => void execFileSync('ip', line.split(' '));
  const space = (name: string): string => {
    ip(`netns add ${name}`);
    onTestFinished(() => ip(`netns del ${name}`));
    ip(`-n ${name} link set lo up`);
    return name;
  };
  const at = (name: string, line: string): void => void execFileSync('ip', ['netns', 'exec', name, ...line.split(' ')]);
  const [outer = '', ...inner] = freeSubnets(3).map((cidr) => cidr.replace(/\.0\/24$/, ''));
  const hostSpace = space(`ncm${word}h`);
  const card = `ncm${word}`;
  ip(`link add ${card} type veth peer name far netns ${hostSpace}`);
  onTestFinished(() => {
    // It goes with the namespace.
    try {
      ip(`link del ${card}`);
    } catch {
      // It has gone already.
    }
  });
  ip(`addr add ${outer}.1/24 dev ${card}`);
  ip(`link set ${card} up`);
  ip(`-n ${hostSpace} addr add ${outer}.2/24 dev far`);
  ip(`-n ${hostSpace} link set far up`);
  at(hostSpace, 'sysctl -q -w net.ipv4.ip_forward=1');
  const inside = inner.map((subnet, index) => {
    const own = space(`ncm${word}${index}`);
    ip(`-n ${hostSpace} link add o${index} type veth peer name eth0 netns ${own}`);
    ip(`-n ${hostSpace} addr add ${subnet}.1/24 dev o${index}`);
    ip(`-n ${hostSpace} link set o${index} up`);
    ip(`-n ${own} addr add ${subnet}.4/24 dev eth0`);
    ip(`-n ${own} link set eth0 up`);
    ip(`-n ${own} route add default via ${subnet}.1`);
    ip(`route add ${subnet}.0/24 via ${outer}.2`);
    return { space: own, address: `${subnet}.4` };
  });
  at(hostSpace, 'iptables -t nat -A POSTROUTING -o far -j MASQUERADE');
  at(hostSpace, 'iptables -A FORWARD -i far -m conntrack --ctstate NEW -j DROP');
  return {
    registry: `${outer}.1`,
    host: `${outer}.2`,
    inside,
    hostSpace,
    in: at,
    agent(name, where, words) {
      const data = join(folder, name);
      mkdirSync(data);
      const ports = ['-serf-wan-port', '-1', '-grpc-port', '-1', '-grpc-tls-port', '-1'];
      const own = [consul ?? '', 'agent', '-node', name, '-data-dir', data, ...ports, ...words];
      const [file = '', ...argv] = where === undefined ? own : ['ip', 'netns', 'exec', where, ...own];
      const child = spawn(file, argv, { stdio: 'ignore', env: { ...process.env, CHECKPOINT_DISABLE: '1' } });
      const gone = new Promise((resolve) => child.once('exit', resolve));
      onTestFinished(async () => {
        child.kill('SIGKILL');
        await gone;
      });
    },
  };
}

interface Raw {
  readonly Name: string;
  readonly Addr: string;
  readonly Port: number;
  readonly Status: number;
}

test.skipIf(!can)(
  'members that have joined outward are named with the direction that does not work, while their pool says that they live',
  { timeout: 60_000 },
  async () => {
    const net = network();
    const [one, two] = net.inside;
    const gossip = randomBytes(32).toString('base64');
    const key = new Secret(gossip, createRedactor());
    const join = ['-encrypt', gossip, '-retry-join', net.registry, '-retry-interval', '1s', '-client', '127.0.0.1'];
    // One eats UDP that comes in, another TCP, and both let out what they like.
    const [udp, tcp] = [3, 4].map((last) => net.host.replace(/\d+$/, String(last)));
    for (const address of [udp, tcp]) net.in(net.hostSpace, `ip addr add ${address}/24 dev far`);
    net.in(net.hostSpace, `iptables -A INPUT -d ${udp} -p udp --dport ${GOSSIP} -j DROP`);
    net.in(net.hostSpace, `iptables -A INPUT -d ${tcp} -p tcp --syn --dport ${GOSSIP} -j DROP`);
    net.agent('registry', undefined, [
      '-server',
      '-bootstrap-expect',
      '1',
      '-encrypt',
      gossip,
      '-bind',
      net.registry,
      '-client',
      net.registry,
    ]);
    const members = async (): Promise<Raw[]> => {
      const reply = await fetch(`http://${net.registry}:${HTTP}/v1/agent/members`).catch(() => undefined);
      return reply?.ok ? ((await reply.json()) as Raw[]) : [];
    };
    await vi.waitFor(async () => expect(await members()).toHaveLength(1), { timeout: 30_000, interval: 20 });
    net.agent('well', net.hostSpace, [...join, '-bind', net.host]);
    net.agent('no-udp', net.hostSpace, [...join, '-bind', udp ?? '', '-http-port', '8510', '-dns-port', '8610']);
    net.agent('no-tcp', net.hostSpace, [...join, '-bind', tcp ?? '', '-http-port', '8520', '-dns-port', '8620']);
    // Both shapes of the trap: an agent that is bound to the overlay, and one that only says that it is there.
    net.agent('bound', one?.space, [...join, '-bind', one?.address ?? '']);
    net.agent('advertised', two?.space, [...join, '-bind', '0.0.0.0', '-advertise', two?.address ?? '']);

    const all = await vi.waitFor(
      async () => {
        const found = await members();
        expect(found).toHaveLength(6);
        return found;
      },
      { timeout: 30_000, interval: 20 },
    );
    expect(all.map(({ Status }) => Status)).toEqual(all.map(() => ALIVE));
    const asked = all.map(({ Name, Addr, Port }) => ({ name: Name, address: Addr, port: Port }));
    const from = { name: 'registry', address: net.registry };
    const said = (found: readonly UnreachedMember[]): Record<string, string> =>
      Object.fromEntries(found.map(({ name, address, tcp, udp }) => [name, `${address} tcp ${tcp} udp ${udp}`]));
    const expected = {
      bound: `${one?.address} tcp silent udp silent`,
      advertised: `${two?.address} tcp silent udp silent`,
      'no-udp': `${udp} tcp answered udp silent`,
      'no-tcp': `${tcp} tcp silent udp answered`,
    };
    const signal = forManyCalls(new AbortController().signal);
    expect(said(await unreachedFromHere({ from: [from], members: asked, key, signal }))).toEqual(expected);

    // As a host of the cluster asks, with what every host has.
    const others = asked.filter(({ name }) => name !== 'registry');
    const { stdout } = await run('bash', ['--norc', '-euo', 'pipefail', '-c', gossipScript(others, key)]);
    expect(said(unreachedAmong(answersIn(stdout, others).map((answers) => ({ ...answers, from }))))).toEqual(expected);

    // Without the pool's key, or under another name, nobody answers a ping.
    const { well, registry } = Object.fromEntries(asked.map((member) => [member.name, member]));
    const strange = await unreachedFromHere({ from: [from], members: [well!], signal });
    const misnamed = await unreachedFromHere({ from: [from], members: [{ ...well!, name: 'nobody' }], key, signal });
    expect([registry, said(strange), said(misnamed)]).toEqual([
      expect.anything(),
      { well: `${net.host} tcp answered udp silent` },
      { nobody: `${net.host} tcp answered udp silent` },
    ]);
  },
);
