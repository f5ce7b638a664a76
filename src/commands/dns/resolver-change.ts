import { PrerequisiteError } from '@nomadctl/base/errors';
import { asRoot, nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import { diffLines } from '@nomadctl/base/line-diff';
import type { Context } from '../../context.js';
import type { ResolverChange } from '../../names/resolver/change-resolver.js';
import { recordPath } from '../../names/resolver/resolver-record.js';
import type { CommandResult } from '../command.js';

export interface ChangeMode {
  readonly plan: boolean;
  readonly exitCode: boolean;
}

/** What is changed is the whole computer's. */
export const SYSTEM_ROOT = '/';
/** Whether anything of the resolver was changed, told at once. */
export const RESOLVER_RECORD = recordPath(SYSTEM_ROOT);

/** What `--plan` prints: the file, with the lines that go and those that come. */
export function showChange(
  change: ResolverChange | undefined,
  { exitCode }: Pick<ChangeMode, 'exitCode'>,
  { ui: { style } }: Context,
): CommandResult {
  if (change === undefined) return { data: { changes: false }, text: 'Nothing to do.' };
  const { way, file, before, after, remarks } = change;
  const changes = before !== after;
  const paint = { '+': style.good, '-': style.bad, ' ': style.dim };
  const lines = diffLines(before ?? '', after ?? '').map(({ mark, text }) => paint[mark](`${mark} ${text}`.trimEnd()));
  const verb = after === undefined ? 'remove' : before === undefined ? 'make' : 'change';
  const also = [
    ...(way.forwards ? ['A resolver of ours at 127.0.53.53:53 goes with it.'] : []),
    ...(way.reload ? [`Then: ${way.reload.join(' ')}`] : []),
  ];
  return {
    data: { changes, resolver: way.id, file, before: before ?? null, after: after ?? null, remarks },
    text: [
      ...(changes ? [`Would ${verb} ${file} (${way.title})`, '', ...lines, ''] : [`${file} would stay as it is.`]),
      ...remarks,
      ...also,
      'Nothing was changed.',
    ].join('\n'),
    exitCode: changes && exitCode ? 10 : 0,
  };
}

/** How root does it for the user who asks, whose clusters root does not have. */
export function forRoot(flag: '--enable' | '--disable', cluster: string | undefined, { paths, given }: Context): Hint {
  if (process.getuid?.() === 0) return flag === '--enable' ? nomadctl`dns --enable` : nomadctl`dns --disable`;
  const words = cluster === undefined ? [] : ['--cluster', cluster];
  return asRoot`env NOMADCTL_HOME=${paths.home} ${given.program ?? ['nomadctl']} dns ${flag} ${words}`;
}

/** @throws PrerequisiteError `root-needed` */
export function requireRoot(flag: '--enable' | '--disable', cluster: string | undefined, ctx: Context): void {
  if (process.getuid?.() === 0) return;
  throw new PrerequisiteError("only root may change this computer's resolver", {
    code: 'root-needed',
    why: 'for one program at a time everybody may, by exec --names',
    next: forRoot(flag, cluster, ctx),
  });
}

/** Has the resolver read what was changed. @throws ToolError with its words */
export async function reload({ way }: ResolverChange, { exec, signal }: Pick<Context, 'exec' | 'signal'>): Promise<void> {
  const [program, ...words] = way.reload ?? [];
  if (program !== undefined) await exec.run(program, words, { signal });
}
