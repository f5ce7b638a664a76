import { writeClusterFile } from '../../config/cluster-file.js';
import { draftSettings } from '../../config/draft-setting.js';
import { statePlaceOf } from '../../config/state-options.js';
import type { Context } from '../../context.js';
import { underLock } from '../../engine/lock.js';
import { UsageError } from '@nomadctl/base/errors';
import { hint, nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import { didYouMean } from '@nomadctl/base/suggest';
import { authorityOf } from '../../state/backend/authority.js';
import { checkPlace } from '../../state/backend/check-place.js';
import { refuseIncomplete } from '../../state/backend/open-backend.js';
import { placeTitle } from '../../state/backend/place-title.js';
import { consulPolicy } from '../../state/backend/state-policy.js';
import { rememberPlaces } from '../../state/kept-root.js';
import { lookAtStates, type SeenRoot } from '../../state/look-at-states.js';
import { stateOwner } from '../../state/state-owner.js';
import { openCluster } from '../../targets/open-cluster.js';
import type { Target } from '../../targets/target.js';
import { targets } from '../../targets/index.js';
import { wordOf, type Command, type CommandInput, type CommandResult } from '../command.js';
import { filePlanFlags, showFilePlan } from '../file-plan.js';
import { pairsOf, placeFlags } from './place-flags.js';

const KINDS = ['local', 'consul', 's3', 'http'] as const;

export const command: Command = {
  arguments: [{ name: 'kind', summary: `${KINDS.join(', ')}; without one: shows where the states are`, completes: KINDS }],
  flags: [
    ...placeFlags,
    { flag: '--recipient <key>', summary: "an operator's public key of age, for whom nomadctl attach works", repeatable: true },
    { flag: '--policy', summary: 'print the smallest policy of Consul that will do, and change nothing' },
    ...filePlanFlags,
  ],
  examples: [
    'nomadctl state backend',
    'nomadctl state backend consul --address https://10.0.0.5:8501 --ca /etc/consul/ca.pem --plan',
    'nomadctl state backend --policy',
  ],
  about: [
    "Terraform's states of a cluster (network, cluster, jobs) are kept in this home, in a Consul, in an S3-compatible store or on an HTTP server.",
    'What changes here is a setting; nomadctl state migrate then moves them. Credentials come from the environment alone: NOMADCTL_STATE_TOKEN or',
    'CONSUL_HTTP_TOKEN, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, TF_HTTP_USERNAME and TF_HTTP_PASSWORD.',
  ].join(' '),
  run: backend,
};

async function backend(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const { name, cluster, target } = await openCluster(ctx);
  const asked = askedOf(input);
  if (input.flags['policy'] === true) {
    if (asked.length > 0) throw goesWithKind(asked[0] ?? '', 'the policy is that of any Consul');
    const policy = consulPolicy(name);
    return { data: { cluster: name, policy }, text: policy };
  }
  const given = kindOf(wordOf(input, 'kind'));
  if (given === undefined && asked.length === 0)
    return show(name, await lookAtStates(ctx, stateOwner(cluster)), placeTitle(statePlaceOf(cluster.settings)));
  // For whom it is kept can change where nothing moves.
  if (given === undefined && asked.some((flag) => flag !== 'recipient')) throw goesWithKind(asked[0] ?? '', 'it says where something is');
  const pairs = pairsOf(given ?? statePlaceOf(cluster.settings).backend, input);
  const drafted = await draftSettings({ name, targets, pairs }, ctx);
  const wanted = { ...cluster.settings, ...Object.fromEntries(pairs) };
  const wantedPlace = statePlaceOf(wanted);
  refuseIncomplete(wantedPlace);
  if (wantedPlace.backend !== 'local' && wantedPlace.ca !== '') authorityOf(wantedPlace.ca);
  if (input.flags['plan']) return showFilePlan(drafted, input, ctx);
  await checkPlace(ctx, stateOwner({ ...cluster, settings: wanted }));
  const { lock } = ctx.paths.cluster(name);
  const { path } = await underLock(lock, { command: 'nomadctl state backend', now: ctx.clock.now() }, async () => {
    const draft = await draftSettings({ name, targets, pairs }, ctx);
    await rememberPlaces(stateOwner(cluster));
    if (draft.before !== draft.after) await writeClusterFile({ path: draft.path, name, targets }, draft.after);
    return draft;
  });
  const roots = await lookAtStates(ctx, stateOwner({ ...cluster, settings: wanted }));
  const place = placeTitle(wantedPlace);
  const moving = roots.filter(({ isElsewhere }) => isElsewhere);
  return {
    data: { cluster: name, path, place, roots },
    text: [
      `States of cluster ${name} shall be kept in ${place}, as ${path} says now.`.replace('in http', 'at http'),
      ...lines(moving),
    ].join('\n'),
    next: moving.length > 0 ? hint`${nomadctl`state migrate ${name}`}   moves them` : firstState(target, name),
  };
}

/** What makes a state to be kept there. */
function firstState({ stateFindings }: Pick<Target, 'stateFindings'>, name: string): Hint {
  return stateFindings ? nomadctl`up ${name}` : nomadctl`job deploy <job-file> --via terraform`;
}

/** Flags that say something of a place, or for whom it is. */
function askedOf(input: CommandInput): string[] {
  return ['address', 'ca', 'bucket', 'region', 'recipient'].filter((flag) => {
    const value = input.flags[flag];
    return value !== undefined && !(Array.isArray(value) && value.length === 0);
  });
}

function goesWithKind(flag: string, why: string): UsageError {
  return new UsageError(`--${flag} goes with one of ${KINDS.join(', ')}`, {
    code: 'flag-alone',
    why: [why, 'nothing was changed'],
    next: nomadctl`state backend --help`,
  });
}

function show(name: string, roots: readonly SeenRoot[], place: string): CommandResult {
  const moving = roots.some(({ isElsewhere }) => isElsewhere);
  const next: Hint | undefined = moving ? nomadctl`state migrate ${name}` : undefined;
  return {
    data: { cluster: name, place, roots },
    text: [`States of cluster ${name}: ${place}`, ...lines(roots)].join('\n'),
    next,
  };
}

function lines(roots: readonly SeenRoot[]): string[] {
  return roots.map(({ root, where, serial, resources, isElsewhere, problem }) => {
    const what =
      problem ?? (serial === undefined ? 'none yet' : `serial ${serial}, ${resources} ${resources === 1 ? 'resource' : 'resources'}`);
    return `  ${root.padEnd(8)} ${what.padEnd(26)} ${where}${isElsewhere ? ', to be moved' : ''}`;
  });
}

function kindOf(word: string | undefined): (typeof KINDS)[number] | undefined {
  const found = KINDS.find((kind) => kind === word);
  if (word === undefined || found) return found;
  throw new UsageError(`states cannot be kept in "${word}"${didYouMean(word, KINDS)}`, {
    code: 'backend-unknown',
    why: `it is one of ${KINDS.join(', ')}`,
    next: nomadctl`state backend --help`,
  });
}
