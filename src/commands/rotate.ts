import { AbortError, AnswerNeededError, UsageError } from '@nomadctl/base/errors';
import { again, nomadctl } from '@nomadctl/base/hint/hint';
import { formatDuration } from '@nomadctl/base/duration';
import { didYouMean } from '@nomadctl/base/suggest';
import type { Context } from '../context.js';
import { openJournal } from '../engine/journal.js';
import { previewPlan } from '../engine/preview-plan.js';
import { runPlan } from '../engine/run-plan.js';
import { inSession } from '../engine/session.js';
import { ROTATED, ROTATION_KINDS, type RotationKind } from '../security/rotation/rotation.js';
import { besideLock } from '../state/lock/beside-lock.js';
import { openCluster } from '../targets/open-cluster.js';
import type { RotationPlan } from '../targets/target.js';
import { wordOf, type Command, type CommandInput, type CommandResult } from './command.js';
import { orSilence, planFlag } from './job/job-input.js';
import { showPlan } from './plan-flags.js';

export const command: Command = {
  arguments: [{ name: 'what', summary: ROTATION_KINDS.join(', '), required: true, completes: ROTATION_KINDS }],
  flags: [planFlag, { flag: '--exit-code', summary: 'with --plan: exit with 10 when there is something to do' }],
  examples: ['nomadctl rotate gossip --plan', 'nomadctl rotate certificates', 'nomadctl rotate ca --yes', 'nomadctl rotate tokens --yes'],
  about: [
    'Makes keys, certificates or tokens of a secured cluster anew while its jobs run: gossip keys, certificates of nodes, the certificate',
    "authority (ca), the tokens of nomadctl and of the agents, or Nomad's root key (keyring). What is new is with every agent before what is",
    'old goes. A run that was interrupted goes on with the same command and the same new secrets. Where agents are started anew, it asks.',
  ].join(' '),
  run: rotate,
};

async function rotate(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const kind = kindOf(wordOf(input, 'what') ?? '');
  const { name, target, cluster, state } = await openCluster(ctx);
  const rotation = await target.rotate?.(cluster, state, kind);
  if (rotation === undefined) {
    throw new UsageError(`the ${ROTATED[kind]} of cluster ${name} cannot be rotated`, {
      code: 'rotate-elsewhere',
      why: `clusters on ${target.title} have no keys and tokens of their own yet`,
      next: nomadctl`status ${name}`,
    });
  }
  const run = { subject: { cluster }, command: `nomadctl rotate ${kind}` };
  const title = `Rotating the ${ROTATED[kind]} of ${name}`;
  if (input.flags['plan'] === true) {
    const journal = await openJournal(cluster.paths.journal, name);
    const steps = await previewPlan(rotation.plan, ctx, { ...run, journal });
    return showPlan(steps, { input, ctx, title, facts: factsOf(rotation) });
  }
  await agree(rotation, { kind, name, ctx });
  const startedAt = ctx.clock.now();
  await inSession(
    ctx,
    { cluster: name, paths: cluster.paths, command: run.command, beside: besideLock(ctx, cluster, run.command) },
    async ({ ctx, ...session }) => {
      ctx.ui.note(title);
      await orSilence(runPlan(rotation.plan, ctx, { ...run, ...session }), ctx);
    },
  );
  const ms = ctx.clock.now() - startedAt;
  const { restarted, reloaded } = rotation;
  return {
    data: { cluster: name, rotated: kind, restarted, reloaded, ms },
    next: kind === 'tokens' ? nomadctl`env` : undefined,
    text: [`Rotated the ${ROTATED[kind]} of cluster ${name}, in ${formatDuration(ms)}.`, ...AFTERWARDS[kind]].join('\n'),
  };
}

/** What people have of the old ones, in their shells and browsers. */
const AFTERWARDS: Readonly<Record<RotationKind, readonly string[]>> = {
  gossip: [],
  certificates: [],
  ca: ['Tasks that run go on to trust the old authority, which has vouched for the new one, until they are started anew.'],
  tokens: ["Shells that have the cluster's variables, and a web interface that is being served, have old tokens: start them anew."],
  keyring: [],
};

/** @throws UsageError `rotation-unknown` */
function kindOf(word: string): RotationKind {
  const found = ROTATION_KINDS.find((kind) => kind === word);
  if (found) return found;
  throw new UsageError(`there is no "${word}" to rotate${didYouMean(word, ROTATION_KINDS)}`, {
    code: 'rotation-unknown',
    why: `it is one of ${ROTATION_KINDS.join(', ')}`,
    next: nomadctl`rotate --help`,
  });
}

/**
 * Where agents are started anew, somebody agrees to it: what runs goes on, and nobody can deploy or place anything for moments.
 * @throws AnswerNeededError where nobody can be asked; AbortError for a no
 */
async function agree({ restarted }: RotationPlan, { kind, name, ctx }: { kind: RotationKind; name: string; ctx: Context }): Promise<void> {
  if (restarted.length === 0 || ctx.global.yes) return;
  const what = `${restarted.length} ${restarted.length === 1 ? 'agent' : 'agents'} of ${name} one after the other`;
  if (!ctx.ui.ask.canAsk) {
    throw new AnswerNeededError(`rotating the ${ROTATED[kind]} starts ${what} anew: there is nobody to agree to it`, {
      code: 'answer-needed',
      why: `jobs go on; who deploys meanwhile may have to wait for a leader. Restarted: ${restarted.join(', ')}`,
      next: again({ yes: true }),
    });
  }
  const message = `Start ${what} anew (${restarted.join(', ')})? Jobs go on`;
  if (!(await ctx.ui.ask.confirm({ message, default: true }))) throw new AbortError('Nothing was changed', 1, { next: again() });
}

function factsOf({ restarted, reloaded }: RotationPlan): { lines: string[]; data: object } {
  const line = (title: string, agents: readonly string[]): string =>
    `  ${title.padEnd(9)} ${agents.length === 0 ? 'no agent' : agents.join(', ')}`;
  return { lines: [line('restarts', restarted), line('reloads', reloaded)], data: { restarted, reloaded } };
}
