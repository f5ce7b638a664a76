import { existsSync } from 'node:fs';
import { checkClusterName } from '../../config/cluster-name.js';
import { writeClusterFile } from '../../config/cluster-file.js';
import { draftSettings } from '../../config/draft-setting.js';
import { statePlaceOf } from '../../config/state-options.js';
import type { Context } from '../../context.js';
import { UsageError } from '@nomadctl/base/errors';
import { hint, nomadctl, shell } from '@nomadctl/base/hint/hint';
import { refuseIncomplete } from '../../state/backend/open-backend.js';
import { writeHome } from '../../state/home/home-files.js';
import { keptHome } from '../../state/home/kept-home.js';
import { readOperatorKey } from '../../state/home/operator-key.js';
import { rememberPlaces } from '../../state/kept-root.js';
import { lookAtStates } from '../../state/look-at-states.js';
import { targets } from '../../targets/index.js';
import { openCluster } from '../../targets/open-cluster.js';
import { stateOwner } from '../../state/state-owner.js';
import { flagOf, wordOf, type Command, type CommandInput, type CommandResult } from '../command.js';
import { afterMoving } from './after-moving.js';
import { keyFlag } from './key-flag.js';
import { pairsOf, placeFlags } from './place-flags.js';

export const command: Command = {
  arguments: [{ name: 'cluster', summary: 'its name where it was made', required: true }],
  flags: [{ flag: '--backend <kind>', summary: 'where its states are kept', choices: ['consul', 's3', 'http'] }, ...placeFlags, keyFlag],
  examples: ['nomadctl attach prod --backend consul --address https://10.0.0.5:8501 --ca /etc/consul/ca.pem --key key.txt'],
  about: [
    'Continues a cluster on a computer that knows nothing of it: cluster file, journal, secrets, keys and what is known of its hosts come from',
    'beside its states, encrypted for the operators whom state.recipients names. Nothing is changed at the cluster.',
  ].join(' '),
  run: attach,
};

async function attach(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const name = wordOf(input, 'cluster') ?? '';
  checkClusterName(name);
  const paths = ctx.paths.cluster(name);
  if (existsSync(paths.dir)) {
    throw new UsageError(`cluster ${name} is known here already`, {
      code: 'cluster-exists',
      why: `its folder is ${paths.dir}; what is in it might be newer than what is kept elsewhere`,
      next: hint`${nomadctl`status ${name}`}; to take what is kept instead: ${shell`mv ${paths.dir} ${paths.dir}.before`}`,
    });
  }
  const pairs = pairsOf(flagOf(input, 'backend') ?? 'consul', input);
  const place = statePlaceOf({ ...DEFAULTS, ...Object.fromEntries(pairs) });
  refuseIncomplete(place);
  const files = await keptHome(ctx, { name, paths, place }, await keyFrom(input, ctx));
  await writeHome(paths, files);
  // Where the authority's file lies is another place on each computer.
  const draft = await draftSettings({ name, targets, pairs }, ctx);
  if (draft.before !== draft.after) await writeClusterFile({ path: draft.path, name, targets }, draft.after);
  const { cluster, target } = await openCluster(ctx, name);
  await rememberPlaces(stateOwner(cluster));
  const roots = (await lookAtStates(ctx, stateOwner(cluster))).filter(({ resources }) => resources !== undefined);
  const known = roots.map(({ root, serial, resources }) => `  ${root.padEnd(8)} serial ${serial}, ${resources} resources`);
  return {
    data: { cluster: name, target: target.id, files: Object.keys(files), roots },
    text: [
      `Cluster ${name} on ${target.title.replace(/^This/, 'this')} can be worked on from here: ${target.describe(cluster.settings)}`,
      ...known,
    ].join('\n'),
    next: afterMoving(target, name),
  };
}

const DEFAULTS = { 'state.region': 'us-east-1' };

const keyFrom = (input: CommandInput, { paths }: Context): Promise<string> =>
  readOperatorKey(flagOf(input, 'key'), paths, {
    why: 'what is kept of a cluster is encrypted for its operators, each of whom has such a file; age-keygen makes them, too',
    next: hint`${nomadctl`attach --help`}; one for clusters to come: ${nomadctl`state key`}`,
  });
