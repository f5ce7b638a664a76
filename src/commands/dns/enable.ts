import { readFile, rm } from 'node:fs/promises';
import { OutcomeError, PrerequisiteError, UsageError } from '@nomadctl/base/errors';
import { nomadctl, shell } from '@nomadctl/base/hint/hint';
import type { Context } from '../../context.js';
import { askDns, askSystem } from '../../names/ask-dns.js';
import { DOMAIN } from '../../names/consul-names.js';
import { endForwarder, logOf, runningForwarder } from '../../names/forwarder/run-forwarder.js';
import { enable, plannedEnabling } from '../../names/resolver/change-resolver.js';
import { FORWARDER_ADDRESS } from '../../names/resolver/resolver-way.js';
import { openCluster } from '../../targets/open-cluster.js';
import type { CommandResult } from '../command.js';
import { reload, requireRoot, showChange, SYSTEM_ROOT, type ChangeMode } from './resolver-change.js';

/** A name that every cluster has. */
export const PROBE = `consul.service.${DOMAIN}`;

/** @throws UsageError `names-elsewhere`, PrerequisiteError `root-needed` or `forwarder-failed`, OutcomeError `names-silent` */
export async function enableNames(mode: ChangeMode, ctx: Context): Promise<CommandResult> {
  const { name, connection } = await openCluster(ctx);
  const { names } = await connection();
  if (names === undefined)
    throw new UsageError(`names of cluster ${name} are not for this computer`, {
      code: 'names-elsewhere',
      why: 'its hosts resolve .consul themselves, and what they answer are addresses of its private network',
      next: nomadctl`dns ${['--cluster', name]}`,
    });
  const wanted = { cluster: name, agents: names };
  const change = await plannedEnabling({ root: SYSTEM_ROOT, platform: ctx.platform }, wanted);
  const isServed = (): boolean => runningForwarder(SYSTEM_ROOT) !== undefined;
  if (mode.plan) return showChange(change, mode, ctx);
  requireRoot('--enable', name, ctx);
  if (change) {
    await endForwarder(SYSTEM_ROOT);
    await enable(change, wanted, { root: SYSTEM_ROOT, ready: () => (change.way.forwards ? startForwarder(ctx) : Promise.resolve()) });
    await reload(change, ctx);
  } else if (!isServed() && (await systemSays()) === undefined) await startForwarder(ctx);
  const addresses = await untilResolved(name, ctx);
  return {
    data: { cluster: name, changed: change !== undefined, resolver: change?.way.id ?? null, file: change?.file ?? null, addresses },
    text: [
      change ? `Names below .consul resolve on this computer: they are cluster ${name}'s.` : `Names of cluster ${name} resolve already.`,
      ...(change ? [`  changed  ${change.file} (${change.way.title})`, ...change.remarks.map((remark) => `  ${remark}`)] : []),
    ].join('\n'),
    next: nomadctl`dns`,
  };
}

async function systemSays(): Promise<string | undefined> {
  return (await askSystem(PROBE)).addresses[0];
}

const PATIENCE_MS = 10_000;
const PAUSE_MS = 50;

/** A process of its own, which stays. @throws PrerequisiteError `forwarder-failed` */
async function startForwarder({ exec, clock, paths, signal }: Context): Promise<void> {
  const outputFile = logOf(SYSTEM_ROOT);
  await rm(outputFile, { force: true });
  const pid = await exec.detach(process.execPath, [paths.program, 'dns', '--serve'], { cwd: SYSTEM_ROOT, outputFile });
  const deadline = clock.now() + PATIENCE_MS;
  const isGone = (): boolean => {
    try {
      return !process.kill(pid, 0);
    } catch {
      return true;
    }
  };
  while (runningForwarder(SYSTEM_ROOT)?.pid !== pid) {
    if (isGone() || clock.now() > deadline) {
      const said = await readFile(outputFile, 'utf8').catch(() => '');
      throw new PrerequisiteError(`nothing of ours can answer at ${FORWARDER_ADDRESS}:53`, {
        code: 'forwarder-failed',
        why: said.trim().split('\n').slice(-3),
        next: shell`ss -lunpt sport = :53`,
      });
    }
    await clock.sleep(PAUSE_MS, signal);
  }
}

/** Resolvers that were started anew take a moment. @throws OutcomeError `names-silent` */
async function untilResolved(cluster: string, { clock, signal }: Context): Promise<readonly string[]> {
  const deadline = clock.now() + PATIENCE_MS;
  for (;;) {
    const { addresses, problem } = await askSystem(PROBE);
    if (addresses.length > 0) return addresses;
    if (clock.now() > deadline)
      throw new OutcomeError(`${PROBE} does not resolve on this computer`, {
        code: 'names-silent',
        why: [problem ?? '', ...(await whoIsSilent())].filter((line) => line !== ''),
        next: nomadctl`status ${cluster}`,
      });
    await clock.sleep(PAUSE_MS, signal);
  }
}

async function whoIsSilent(): Promise<string[]> {
  if (runningForwarder(SYSTEM_ROOT) === undefined) return [];
  const { problem } = await askDns({ address: FORWARDER_ADDRESS, port: 53 }, PROBE);
  return problem === undefined ? [] : [`${FORWARDER_ADDRESS}: ${problem}`];
}
