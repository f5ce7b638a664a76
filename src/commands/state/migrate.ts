import type { Context } from '../../context.js';
import { inSession } from '../../engine/session.js';
import { placeTitle } from '../../state/backend/place-title.js';
import { besideLock } from '../../state/lock/beside-lock.js';
import { clearLeftHome } from '../../state/clear-places.js';
import { lookAtStates, type SeenRoot } from '../../state/look-at-states.js';
import { migrateState, putStateBack, type MovedState } from '../../state/migrate-state.js';
import { stateOwner } from '../../state/state-owner.js';
import { rootNames } from '../../terraform/root.js';
import { openCluster } from '../../targets/open-cluster.js';
import { wordOf, type Command, type CommandInput, type CommandResult } from '../command.js';
import { afterMoving } from './after-moving.js';
import { planFlag } from '../job/job-input.js';

export const command: Command = {
  arguments: [{ name: 'name', summary: 'the cluster; default: the current one, else dev', completes: 'cluster' }],
  flags: [
    { flag: '--put-back', summary: 'put the copy that was seen last where a state is gone, damaged or has gone back' },
    planFlag,
    { flag: '--exit-code', summary: 'with --plan: exit with 10 when there is something to move' },
  ],
  examples: ['nomadctl state migrate', 'nomadctl state migrate --plan', 'nomadctl state migrate --put-back'],
  about: [
    'Brings the states to where the settings want them, with lineage and serial, and compares them before the old ones are put aside. What was',
    'interrupted goes on with the same command. The state of something else is never replaced.',
  ].join(' '),
  run: migrate,
};

async function migrate(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const { name, cluster, target } = await openCluster(ctx, wordOf(input, 'name'));
  const owner = stateOwner(cluster);
  if (input.flags['plan'] === true) return preview(name, await lookAtStates(ctx, owner), input);
  const putsBack = input.flags['putBack'] === true;
  const command = `nomadctl state migrate ${name}${putsBack ? ' --put-back' : ''}`;
  const request = { cluster: name, paths: cluster.paths, command, beside: besideLock(ctx, cluster, command) };
  const moved = await inSession(ctx, request, async ({ ctx, confirm }) => {
    const done: MovedState[] = [];
    for (const root of rootNames) {
      await confirm();
      done.push(await (putsBack ? putStateBack : migrateState)(ctx, owner, root));
    }
    if (!putsBack) await clearLeftHome(ctx, owner);
    return done;
  });
  const changed = moved.some(({ outcome }) => outcome === 'moved' || outcome === 'put back');
  return {
    data: { cluster: name, roots: moved },
    text: moved.flatMap(sentences).join('\n'),
    next: changed ? afterMoving(target, name) : undefined,
  };
}

function sentences({ root, outcome, from, to, serial, resources, left }: MovedState): string[] {
  const what = `serial ${serial}, ${resources} ${resources === 1 ? 'resource' : 'resources'}`;
  const said = {
    moved: `${root}: moved to ${to} (${what})`,
    there: `${root}: is in ${to} (${what})`,
    none: `${root}: has no state yet`,
    'put back': `${root}: put back into ${to}, from ${from} (${what})`,
  }[outcome];
  return [said, ...(left === undefined ? [] : [`  ${left}`])];
}

function preview(name: string, roots: readonly SeenRoot[], input: CommandInput): CommandResult {
  const moving = roots.filter(({ isElsewhere }) => isElsewhere);
  const lines = moving.map(({ root, where, place }) => `  ${root}: from ${where} to ${placeTitle(place)}`);
  return {
    data: { cluster: name, changes: moving.length > 0, roots: moving },
    text:
      moving.length === 0
        ? `Every state of cluster ${name} is where its settings want it`
        : ['Would move', ...lines, '', 'Nothing was changed.'].join('\n'),
    exitCode: moving.length > 0 && input.flags['exitCode'] === true ? 10 : 0,
  };
}
