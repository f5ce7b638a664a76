import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { delimiter, dirname } from 'node:path';
import { stringify } from 'yaml';
import { emulatedCloud, type EmulatedCloud } from './emulated-cloud.js';
import type { EmulatorOptions } from '../../packages/ucloud-emulator/src/server.js';
import { runCli, startCli, type CliOptions, type CliResult, type RunningCli } from './run-cli.js';
import { tempHome } from './temp-home.js';

export interface ImagesLab {
  readonly cloud: EmulatedCloud;
  readonly home: string;
  /** The folder of cluster `lab`. */
  readonly cluster: string;
  /** `nomadctl <words> --cluster lab`, with the keys in its environment. */
  run(words: readonly string[], options?: Partial<CliOptions>): Promise<CliResult>;
  start(words: readonly string[], options?: Partial<CliOptions>): RunningCli;
  /** Actions that change something, in their order, since the request of this number. */
  writes(after?: number): string[];
  lastRequest(): number;
  resources(): Promise<Readonly<Record<string, number>>>;
}

export interface ImagesLabOptions {
  readonly packer: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly emulator?: EmulatorOptions;
  readonly env?: Readonly<Record<string, string>>;
}

const READS = /^(Describe|Get|Check|List)/;

/** An emulated cloud, and a cluster `lab` in it whose images have not been built. */
export async function imagesLab({ packer, settings = {}, emulator = {}, env = {} }: ImagesLabOptions): Promise<ImagesLab> {
  const cloud = await emulatedCloud({ timeScale: 1000, ...emulator });
  const home = await tempHome();
  const cluster = join(home, 'clusters', 'lab');
  await mkdir(cluster, { recursive: true, mode: 0o700 });
  const { publicKey, privateKey, projectId } = cloud.credentials;
  const file = { version: 1, name: 'lab', target: 'ucloud', projectId, baseUrl: cloud.url, allowIp: ['127.0.0.1/32'], ...settings };
  await writeFile(join(cluster, 'cluster.yaml'), stringify(file));
  const options = (more: Partial<CliOptions> = {}): CliOptions => ({
    home,
    ...more,
    env: {
      PATH: [dirname(packer), process.env['PATH']].join(delimiter),
      UCLOUD_PUBLIC_KEY: publicKey,
      UCLOUD_PRIVATE_KEY: privateKey,
      NOMADCTL_RELEASES_URL: 'http://127.0.0.1:9',
      ...env,
      ...more.env,
    },
  });
  return {
    cloud,
    home,
    cluster,
    run: (words, more) => runCli([...words, '--cluster', 'lab'], options(more)),
    start: (words, more) => startCli([...words, '--cluster', 'lab'], options(more)),
    writes: (after = 0) =>
      cloud.requests
        .list({ after })
        .map(({ action }) => action)
        .filter((action) => !READS.test(action)),
    lastRequest: () => cloud.requests.list().at(-1)?.number ?? 0,
    resources: async () => (await cloud.control('GET', '/resources')).body.resources,
  };
}

/** What is left of builds: everything but finished images and what a cloud has from the beginning. */
export interface Leftovers {
  readonly host: number;
  readonly disk: number;
  readonly eip: number;
  readonly firewalls: number;
  readonly halfMade: number;
}

export const nothingLeft: Leftovers = { host: 0, disk: 0, eip: 0, firewalls: 0, halfMade: 0 };

export async function leftovers(lab: ImagesLab): Promise<Leftovers> {
  const { host = 0, disk = 0, eip = 0 } = await lab.resources();
  // The control interface: faults strike the API.
  const list = async (kind: string) =>
    (await lab.cloud.control('GET', `/resources/${kind}`)).body.resources as { name: string; state?: string }[];
  const firewalls = (await list('firewall')).filter(({ name }) => name.startsWith('nomadctl')).length;
  const halfMade = (await list('image')).filter(({ state }) => state !== 'Available').length;
  return { host, disk, eip, firewalls, halfMade };
}

/** Whether this packer has a builder for UCloud: versions before 1.7.3 lack its fixes, those from 1.9 the builder. */
export function packerBuilds(packer: string): boolean {
  if (packer === '') return false;
  return /v1\.(8\.|7\.[3-9])/.test(execFileSync(packer, ['version'], { encoding: 'utf8', env: { CHECKPOINT_DISABLE: '1' } }));
}
