import { chooseExistingCluster } from '../../config/current-cluster.js';
import { loadCluster } from '../../config/load-cluster.js';
import type { Context } from '../../context.js';
import { renderHint } from '@nomadctl/base/hint/render-hint';
import type { Finding } from '../../programs/doctor/finding.js';
import { targets } from '../../targets/index.js';
import { stateFindingsOf } from '../../targets/state-findings-of.js';
import { wordOf, type Command, type CommandResult } from '../command.js';

export const command: Command = {
  arguments: [{ name: 'name', summary: 'the cluster; default: the current one', completes: 'cluster' }],
  flags: [{ flag: '--offline', summary: 'look at files alone, and ask no cloud' }],
  examples: ['nomadctl state doctor', 'nomadctl state doctor prod --json'],
  about: [
    "Looks whether terraform's states are there, whole, of this cluster, and not older than their copies; whether a lock is held by nobody",
    'any more; and what is at the cloud under the tag of the cluster and in no state, or the other way round. Each line that is not ok comes',
    'with the command that mends it. Exits with 0 when all is well, with 3 otherwise.',
  ].join(' '),
  async run(input, ctx) {
    const { name } = await chooseExistingCluster(ctx, wordOf(input, 'name'));
    const { cluster } = await loadCluster(ctx, { name, targets });
    const findings = await stateFindingsOf(cluster, ctx, { ask: input.flags['offline'] !== true });
    return resultOf(name, findings, ctx);
  },
};

const FAULTY = 3;

function resultOf(name: string, findings: readonly Finding[], { ui: { style }, given }: Context): CommandResult {
  const faulty = findings.filter(({ ok }) => !ok);
  const width = Math.max(0, ...findings.map(({ title }) => title.length));
  const lines = findings.flatMap(({ ok, title, found, fix }) => [
    `  ${ok ? style.good('ok    ') : style.bad('faulty')}  ${title.padEnd(width)}  ${found}`,
    ...(ok || !fix ? [] : [`          ${' '.repeat(width)}  ${renderHint(fix.command, given)}`]),
  ]);
  const verdict =
    findings.length === 0
      ? 'Terraform has no states of it.'
      : faulty.length === 0
        ? 'All is as it should be.'
        : `${faulty.length} to be mended.`;
  const [first] = faulty;
  return {
    data: {
      cluster: name,
      ok: faulty.length === 0,
      findings: findings.map(({ fix, ...finding }) => ({
        ...finding,
        ...(fix ? { fix: { command: renderHint(fix.command, given) } } : {}),
      })),
    },
    text: [`States of cluster ${name}`, '', ...lines, ...(lines.length > 0 ? [''] : []), style.bold(verdict)].join('\n'),
    next: first?.fix?.command,
    exitCode: faulty.length === 0 ? 0 : FAULTY,
  };
}
