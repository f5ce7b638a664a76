import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { delimiter, dirname } from 'node:path';
import { stringify } from 'yaml';
import { emulatedCloud, type EmulatedCloud } from './emulated-cloud.js';
import type { EmulatorOptions } from '../../src/emulator/server.js';
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
