import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { Context } from '../context.js';
import type { Emulator, Purged } from '@nomadctl/ucloud-emulator';
import { NomadctlError, UsageError } from '@nomadctl/base/errors';
import { renderHint } from '@nomadctl/base/hint/render-hint';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { isLoopback } from '@nomadctl/base/servers/listening';
import { flagOf, type Command, type CommandInput, type CommandResult } from './command.js';

const DEFAULT_PORT = '7780';
const LARGEST_SCALE = 100_000;

export const command: Command = {
  flags: [
    { flag: '--port <port>', summary: `where it listens; 0: any free one; default ${DEFAULT_PORT}` },
    { flag: '--host <address>', summary: 'who may reach it; default 127.0.0.1, this computer only' },
    { flag: '--data <folder>', summary: 'keep everything here; default: nothing outlives the emulator' },
    { flag: '--time-scale <n>', summary: 'how many times as fast time goes in the cloud; default 1' },
    {
      flag: '--machines <driver>',
      summary: 'what hosts are: none (records, the default), or docker (containers that one can log in to)',
      choices: ['none', 'docker'],
    },
    { flag: '--seed <file>', summary: 'accounts, timings, faults, images, machine types, quotas and prices to start with, as JSON' },
    { flag: '--purge', summary: 'remove what emulators left on the container engine, then end; with --data, what that one has' },
    { flag: '--plan', summary: 'with --purge: print what would be removed, and remove nothing' },
  ],
  about:
    'A UCloud API on this computer, for the terraform provider, packer and SDKs. Ctrl-C ends it. With --machines docker hosts are systemd containers, with ssh, user data, data disks, firewalls and public addresses on 127.0.0.0/8; without --data they end with it.',
  examples: [
    'nomadctl emulator',
    'nomadctl emulator --data ~/my-cloud --time-scale 60',
    'nomadctl emulator --machines docker',
    'nomadctl emulator --purge',
    'nomadctl emulator --purge --plan',
  ],
  async run(input, ctx) {
    if (input.flags['purge'] === true) return purge(input, ctx);
    if (input.flags['plan'] === true) {
      throw new UsageError('--plan is for --purge', {
        code: 'flags-conflict',
        why: 'an emulator that starts makes nothing until it is asked to',
        next: nomadctl`emulator --purge --plan`,
      });
    }
    keepHeapSmall();
    const emulator = await start(input, ctx);
    try {
      ctx.ui.write(`${ctx.global.json ? JSON.stringify(facts(emulator)) : describe(emulator, ctx)}\n`);
      if (!isLoopback(hostOf(input))) ctx.ui.warn(beyond(hostOf(input), emulator));
      if (!ctx.signal.aborted) await once(ctx.signal, 'abort');
    } finally {
      await emulator.close();
    }
    ctx.ui.note('The emulator has stopped');
    return undefined;
  },
};

/**
 * Requests leave nothing behind, so room for new objects that grows to 48 MB under load, as Node lets it, only makes the
 * process large. Both settings are read whenever V8 is about to let a heap grow, so they may be set this late.
 */
function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=50');
}

async function start(input: CommandInput, ctx: Context): Promise<Emulator> {
  const port = numberFlag(input, { name: 'port', fallback: DEFAULT_PORT, max: 65_535 });
  const scale =
    flagOf(input, 'timeScale') === undefined ? undefined : numberFlag(input, { name: 'timeScale', fallback: '1', max: LARGEST_SCALE });
  const { startEmulator, readSeed } = await import('@nomadctl/ucloud-emulator');
  const file = flagOf(input, 'seed');
  const seed = file === undefined ? {} : await readSeed(resolve(file));
  const dataDir = flagOf(input, 'data');
  const emulator = await startEmulator({
    host: hostOf(input),
    port,
    dataDir: dataDir === undefined ? undefined : resolve(dataDir),
    timeScale: scale,
    accounts: seed.accounts,
    timings: seed.timings,
    catalogue: seed.catalogue,
    machines: flagOf(input, 'machines') === 'docker' ? 'docker' : 'none',
    dockerHost: ctx.env['DOCKER_HOST'] || undefined,
    onProgress: (line) => ctx.ui.note(line),
    signal: ctx.signal,
    onBug: (error) => ctx.ui.warn(`The emulator failed: ${wordsOf(error)}`),
  });
  for (const fault of seed.faults ?? []) emulator.faults.add(fault);
  return emulator;
}

async function purge(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const { purgeMachines } = await import('@nomadctl/ucloud-emulator');
  const dataDir = flagOf(input, 'data');
  const dryRun = input.flags['plan'] === true;
  const purged = await purgeMachines({
    dataDir: dataDir === undefined ? undefined : resolve(dataDir),
    dockerHost: ctx.env['DOCKER_HOST'] || undefined,
    dryRun,
  });
  return { data: dryRun ? { wouldRemove: purged } : purged, text: describePurge(purged, dryRun) };
}

function describePurge({ removed, kept, baseImages }: Purged, dryRun: boolean): string {
  const [removes, leaves] = dryRun ? ['Would remove', 'Would leave'] : ['Removed', 'Left'];
  const lines = [
    ...removed.map((name) => `${removes} the machines of ${name}`),
    ...kept.map((name) => `${leaves} those of ${name}, which runs`),
    ...(baseImages ? [`${removes} the images that hosts are made of`] : []),
  ];
  return lines.length > 0 ? lines.join('\n') : 'Nothing of an emulator is on the container engine';
}

function numberFlag(
  input: CommandInput,
  { name, fallback, max }: { readonly name: 'port' | 'timeScale'; readonly fallback: string; readonly max: number },
): number {
  const text = flagOf(input, name) ?? fallback;
  const value = Number(text);
  const flag = name === 'port' ? '--port' : '--time-scale';
  const whole = name === 'timeScale' || Number.isInteger(value);
  if (text.trim() !== '' && value >= 0 && value <= max && whole) return value;
  throw new UsageError(`${flag} must be a number from 0 to ${max} (got "${text}")`, {
    code: 'emulator-flag',
    next: nomadctl`emulator ${flag} ${fallback}`,
  });
}

/** An empty one, of a variable that is not set, must not open it to everybody. */
const hostOf = (input: CommandInput): string => flagOf(input, 'host')?.trim() || '127.0.0.1';

/** That it is open, and where. */
function beyond(host: string, { port, url }: Emulator): string {
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => `http://${address}:${port}`);
  const where = host === '0.0.0.0' || host === '::' ? others : [url];
  return `It listens beyond this computer${where.length > 0 ? `, at ${where.join(' and ')}` : ''}: whoever has the keys can use it`;
}

/** A disk that is full is no bug: where in the code it was met helps nobody. */
function wordsOf(error: unknown): string {
  if (error instanceof NomadctlError) return [error.message, ...error.why].join(': ');
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function facts({ url, credentials }: Emulator): Record<string, string> {
  return { baseUrl: url, control: `${url}/_emulator/`, ...credentials };
}

/** Lines that can be pasted: into a shell, and into a terraform or packer file. */
function describe({ url, credentials }: Emulator, { given }: Pick<Context, 'given'>): string {
  const { publicKey, privateKey, projectId, region, zone } = credentials;
  return [
    `UCloud emulator at ${url}`,
    `Requests, clock and faults at ${url}/_emulator/`,
    '',
    'For the shell:',
    `  export UCLOUD_PUBLIC_KEY='${publicKey}'`,
    `  export UCLOUD_PRIVATE_KEY='${privateKey}'`,
    `  export UCLOUD_PROJECT_ID='${projectId}'`,
    `  export UCLOUD_REGION='${region}'`,
    `  export NOMADCTL_BASE_URL='${url}'   # then clusters are made here: ${renderHint(nomadctl`init`, given)}`,
    '',
    `For terraform (packer takes the same base_url; zones are such as ${zone}):`,
    '  provider "ucloud" {',
    `    base_url = "${url}"`,
    '  }',
    '',
    'Ctrl-C stops it.',
  ].join('\n');
}
