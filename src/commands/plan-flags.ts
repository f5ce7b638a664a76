import type { Context } from '../context.js';
import type { PlannedStep } from '../engine/preview-plan.js';
import type { CommandInput, CommandResult, FlagSpec } from './command.js';
import { flagOf } from './command.js';

/** Flags of every command that runs a plan over a cluster. */
export const planFlags: readonly FlagSpec[] = [
  { flag: '--plan', summary: 'print what would be done, and change nothing' },
  { flag: '--from <step>', summary: 'begin at this step, whatever was done before' },
  { flag: '--until <step>', summary: 'end after this step' },
  { flag: '--only <step>', summary: 'run this step alone' },
  { flag: '--exit-code', summary: 'with --plan: exit with 10 when there is something to do' },
];

export function planOptions(input: CommandInput): { from?: string | undefined; until?: string | undefined; only?: string | undefined } {
  return { from: flagOf(input, 'from'), until: flagOf(input, 'until'), only: flagOf(input, 'only') };
}

interface PlanLook {
  readonly input: CommandInput;
  readonly ctx: Context;
  readonly title: string;
  /** What it comes to, by name: under the steps, and among the data. */
  readonly facts?: { readonly lines: readonly string[]; readonly data: object };
}

/** What `--plan` prints: a line per step, with what would happen and why. */
export function showPlan(planned: readonly PlannedStep[], { input, ctx, title, facts }: PlanLook): CommandResult {
  const { style } = ctx.ui;
  const width = Math.max(...planned.map(({ id }) => id.length));
  const mark = { run: style.good('run  '), adopt: style.accent('adopt'), skip: style.dim('skip ') };
  const lines = planned.map(({ id, action, reason }) => `  ${mark[action]}  ${id.padEnd(width)}  ${style.dim(reason)}`);
  const changes = planned.filter(({ action }) => action === 'run').length;
  const summary = changes === 0 ? 'Nothing to do.' : `${changes} of ${planned.length} steps would run. Nothing was changed.`;
  return {
    data: { steps: planned, changes, ...facts?.data },
    text: [title, '', ...lines, '', ...(facts ? [...facts.lines, ''] : []), summary].join('\n'),
    exitCode: input.flags['exitCode'] === true && changes > 0 ? 10 : 0,
  };
}
