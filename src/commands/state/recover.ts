import { chooseCluster } from '../../config/current-cluster.js';
import { readClusterText, writeClusterFile } from '../../config/cluster-file.js';
import { loadCluster } from '../../config/load-cluster.js';
import type { Context } from '../../context.js';
import { runPlan } from '../../engine/run-plan.js';
import { inSession } from '../../engine/session.js';
import { UsageError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import { flagsOf } from '../../options/flags.js';
import { besideLock } from '../../state/lock/beside-lock.js';
import { targets } from '../../targets/index.js';
import {
  clearTheWay,
  findCluster,
  lostForGood,
  nextAfterRecovery,
  placeOptions,
  type FoundCluster,
} from '../../targets/ucloud/states/recover-cluster.js';
import { unheldOf } from '../../targets/ucloud/states/state-standing.js';
import { takeInPlan } from '../../targets/ucloud/states/take-in-plan.js';
import type { UcloudTargetCluster } from '../../targets/ucloud/ucloud-cluster.js';
import { wordOf, type Command, type CommandInput, type CommandResult } from '../command.js';

export const command: Command = {
  arguments: [{ name: 'name', summary: 'the cluster, as its tag at UCloud says: nomadctl-<name>', completes: 'cluster' }],
  flags: [
    ...flagsOf(placeOptions),
    { flag: '--plan', summary: 'print what was found and the file that would be written, and change nothing' },
  ],
  examples: ['nomadctl state recover prod --project-id org-abc123 --plan', 'nomadctl state recover prod'],
  about: [
    'For a cluster at UCloud of which this computer has lost the states, or everything: finds it by its tag, writes its cluster file where there',
    'is none, and has terraform take in every resource. Nothing changes at UCloud. Keys come from UCLOUD_PUBLIC_KEY and UCLOUD_PRIVATE_KEY.',
    'What UCloud does not keep (the key of the hosts, certificates, tokens) comes from a backup, also an old one: then access recover and',
    'rotate make new what is old.',
  ].join(' '),
  run: recover,
};

async function recover(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const { name } = await chooseCluster(ctx, wordOf(input, 'name'));
  const paths = ctx.paths.cluster(name);
  const before = await readClusterText(paths.file);
  const found = before === undefined ? await findCluster({ name, paths, flags: input.flags }, ctx) : undefined;
  // A cluster that has its file has to be one of UCloud's, also for a plan.
  const known = found ? undefined : await ucloudCluster(name, ctx);
  if (input.flags['plan'] === true) return found ? planned(name, found) : plannedOf(name, known ? await unheldOf(ctx, known) : []);
  if (found) await writeClusterFile({ path: paths.file, name, targets }, found.file);
  const cluster = await ucloudCluster(name, ctx);
  const { profile } = cluster.settings;
  const command = `nomadctl state recover ${name}`;
  const startedAt = ctx.clock.now();
  const session = { cluster: name, paths, command, beside: besideLock(ctx, cluster, command) };
  const { state, aside } = await inSession(ctx, session, async ({ ctx, journal, log }) => {
    ctx.ui.note(`Recovering ${name} from what is at UCloud`);
    const damaged = await clearTheWay(paths, { profile, ctx });
    const result = await runPlan(takeInPlan, ctx, { subject: { cluster }, journal, log });
    return { state: result.state, aside: damaged };
  });
  const lost = await lostForGood(cluster, profile, ctx);
  const hosts = state.hosts ?? [];
  return {
    data: {
      cluster: name,
      file: found ? paths.file : null,
      hosts: hosts.map((host) => host.name),
      aside,
      lost,
      unsure: found?.unsure ?? [],
      ms: ctx.clock.now() - startedAt,
    },
    text: [
      `Recovered ${name}: ${hosts.length} host${hosts.length === 1 ? '' : 's'} and the network are terraform's again; nothing was changed at UCloud.`,
      ...(found ? [`  Wrote ${paths.file}: look through it, mirrors and the public keys of others are not known at UCloud`] : []),
      ...(found?.unsure ?? []).map((line) => `  ${line}`),
      ...aside.map((file) => `  What could not be read lies in ${file}`),
      ...(lost.length === 0
        ? []
        : [`  UCloud does not keep ${lost.join(', nor ')}: a backup does, also an old one, after which access recover`]),
      ...(lost.length === 0
        ? []
        : ['  makes new management tokens and rotate the rest. Without any backup, down takes the cluster down by its tag.']),
    ].join('\n'),
    next: nextAfterRecovery(name, lost),
  };
}

/** @throws UsageError `target-wrong` for a cluster elsewhere */
async function ucloudCluster(name: string, ctx: Context): Promise<UcloudTargetCluster> {
  const { cluster } = await loadCluster(ctx, { name, targets });
  if (cluster.target === 'ucloud') return cluster as unknown as UcloudTargetCluster;
  throw new UsageError(`cluster ${name} does not live on UCloud: its agents are what there is of it`, {
    code: 'target-wrong',
    why: 'there are no tags to find it by',
    next: hint`${nomadctl`up ${name}`}   takes in what runs`,
  });
}

/** Of a cluster that has its file. */
function plannedOf(name: string, takesIn: readonly string[]): CommandResult {
  return {
    data: { cluster: name, file: null, takesIn },
    text:
      takesIn.length === 0
        ? `All that is at UCloud for ${name} is in a state already. Nothing was changed.`
        : [`Would take in what is at UCloud for ${name} and in no state:`, ...listed(takesIn), '', 'Nothing was changed.'].join('\n'),
  };
}

const listed = (resources: readonly string[]): string[] => resources.map((resource) => `  ${resource}`);

function planned(name: string, found: FoundCluster): CommandResult {
  const counts = {
    hosts: found.hosts.length,
    addresses: found.owned.eips.length,
    firewalls: found.owned.firewalls.length,
    networks: found.owned.vpcs.length,
  };
  return {
    data: { cluster: name, file: found.file, found: counts, takesIn: found.takesIn, unsure: found.unsure },
    text: [
      `Cluster ${name} at UCloud: ${Object.entries(counts)
        .map(([kind, count]) => `${count} ${kind}`)
        .join(', ')}`,
      ...listed(found.takesIn),
      ...found.unsure.map((line) => `  ${line}`),
      '',
      found.file.trimEnd(),
      '',
      'Nothing was changed.',
    ].join('\n'),
  };
}
