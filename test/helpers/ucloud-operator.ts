import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished } from 'vitest';
import type { dockerEngine } from './docker-engine.js';
import { importPrograms } from './programs-image.js';
import { requireTool } from './require-tool.js';
import { runCli, type CliResult } from './run-cli.js';
import { tempHome } from './temp-home.js';
import { terraformEnv } from './terraform-home.js';
import { findUcloudTerraform } from './terraform-provider.js';

type Engine = NonNullable<Awaited<ReturnType<typeof dockerEngine>>>;

const programs = findUcloudTerraform();
const tools = ['packer', 'consul', 'nomad', 'ssh'].map(requireTool);
const redis = ['redis-server', 'redis-cli', 'sh', 'tail', 'sleep'].map(requireTool);

/** Whether this computer has all programs that an operator, and redis on his hosts, need. */
export const canOperate = programs !== undefined && [...tools, ...redis].every((path) => path !== undefined);

/** Somebody with keys to an emulated cloud of real machines, and a cluster `prod` there; `ssh` is the system's, and counted. */
export async function operatorOf(keys: { readonly publicKey: string; readonly privateKey: string; readonly projectId: string }) {
  const home = await tempHome();
  const { PATH = '', ...terraform } = await terraformEnv(programs!);
  const bin = join(home, 'counting');
  mkdirSync(bin);
  writeFileSync(join(bin, 'ssh'), `#!/bin/sh\n${tools[3]} "$@"\ncode=$?\necho "$code $*" >> ${home}/connections\nexit $code\n`);
  chmodSync(join(bin, 'ssh'), 0o755);
  const env = {
    ...terraform,
    HOME: home,
    PATH: [bin, dirname(tools[0] ?? ''), PATH].join(delimiter),
    UCLOUD_PUBLIC_KEY: keys.publicKey,
    UCLOUD_PRIVATE_KEY: keys.privateKey,
    NOMADCTL_RELEASES_URL: 'http://127.0.0.1:9',
    CHECKPOINT_DISABLE: '1',
  };
  const said: string[] = [];
  const run = async (words: readonly string[], strike?: string): Promise<CliResult> => {
    const result = await runCli(words, { home, env, timeoutMs: 600_000, strike });
    // What is printed for eval is meant to be secret.
    if (words[0] !== 'env') said.push(result.stdout, result.stderr);
    return result;
  };
  const must = async (...words: readonly string[]): Promise<CliResult> => {
    const result = await run(words);
    expect([words.join(' '), result.code, result.code === 0 ? '' : result.stderr.slice(-4000)]).toEqual([words.join(' '), 0, '']);
    return result;
  };
  const cluster = join(home, 'clusters/prod');
  const secrets = (): Record<string, string> => {
    const file = join(cluster, 'secrets.json');
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
  };
  /** Connections since the last time that somebody asked: how each ended, and what it was called with. */
  let seen = 0;
  const connections = (): string[] => {
    const all = existsSync(join(home, 'connections')) ? readFileSync(join(home, 'connections'), 'utf8').trim().split('\n') : [];
    return all.slice(seen, (seen = all.length));
  };
  return { home, cluster, run, must, said, secrets, connections };
}

export type Operator = Awaited<ReturnType<typeof operatorOf>>;

/** An image of this computer's programs that no registry has, on clients. Returns its name with registry and tag. */
export async function loadImage(
  { must }: Operator,
  engine: Engine,
  request: { readonly programs: readonly string[]; readonly clients: readonly string[]; readonly mirror: Mirror },
): Promise<string> {
  const { programs, clients, mirror } = request;
  const image = `nomadctl.test/programs:${randomBytes(4).toString('hex')}`;
  await importPrograms(engine, programs, image);
  onTestFinished(async () => void (await engine.call({ method: 'DELETE', path: `/images/${image}`, query: { force: true } })));
  await promisify(execFile)('docker', ['save', '--output', join(mirror.root, 'image.tar'), image]);
  for (const client of clients) await must('exec', client, '--', 'sh', '-c', `curl -sSf ${mirror.address}/image.tar | docker load`);
  return image;
}

/** The same with redis; returns the variables of the job for it. */
export async function loadRedis(me: Operator, engine: Engine, clients: readonly string[], mirror: Mirror): Promise<string[]> {
  const [registry = '', image = ''] = (await loadImage(me, engine, { programs: redis as string[], clients, mirror })).split('/');
  return Object.entries({ registry, redis_image: image, web_image: image }).flatMap(([name, value]) => ['--var', `${name}=${value}`]);
}

/** A folder that the operator serves to hosts. */
interface Mirror {
  readonly root: string;
  readonly address: string;
}

/** Values of the cluster's secrets, a key line by line: nobody writes it down in one piece. */
export function valuesOf({ secrets }: Operator): string[] {
  const own = Object.entries(secrets()).filter(([name]) => /token|gossip|authority/i.test(name));
  return own.flatMap(([, value]) => value.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----')));
}
