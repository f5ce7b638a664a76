import type { ClusterFileDraft } from '../config/draft-cluster-file.js';
import type { Context } from '../context.js';
import { diffLines } from '@nomadctl/base/line-diff';
import type { CommandInput, CommandResult, FlagSpec } from './command.js';

/** Flags of commands that write a cluster file. */
export const filePlanFlags: readonly FlagSpec[] = [
  { flag: '--plan', summary: 'print the file that would be written, and change nothing' },
  { flag: '--exit-code', summary: 'with --plan: exit with 10 when the file would change' },
];

/** What `--plan` prints: the file, with the lines that go and those that come. */
export function showFilePlan(
  { name, path, before, after }: ClusterFileDraft,
  input: CommandInput,
  { ui: { style } }: Context,
): CommandResult {
  const paint = { '+': style.good, '-': style.bad, ' ': style.dim };
  const changes = before !== after;
  const lines = diffLines(before ?? '', after).map(({ mark, text }) => paint[mark](`${mark} ${text}`.trimEnd()));
  return {
    data: { cluster: name, path, changes, before: before ?? null, after },
    text: changes ? [`Would write ${path}`, '', ...lines, '', 'Nothing was changed.'].join('\n') : `${path} would stay as it is`,
    exitCode: changes && input.flags['exitCode'] === true ? 10 : 0,
  };
}
