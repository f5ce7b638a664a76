import type { Context } from '../../context.js';
import { formatTable, tableLook } from '@nomadctl/base/table';
import { listTools, type ToolRow } from '../../plans/list-tools.js';
import type { Origin } from '../../programs/tool-folder.js';
import type { Style } from '../../ui/ui.js';
import type { Command, CommandResult } from '../command.js';
import { wantedVersions } from '../wanted-versions.js';
import { nomadctl } from '@nomadctl/base/hint/hint';

export const command: Command = {
  examples: ['nomadctl tools list', 'nomadctl tools list --json'],
  about:
    "A program that is named is used (--consul-bin, NOMADCTL_CONSUL_BIN, the setting programs.consul: the strongest first); others are found on PATH, then in the tools folder. A cluster may ask for an exact version (versions.consul). Licences are SPDX's names: BUSL-1.1 is HashiCorp's Business Source License, which allows all but offering the program to others in competition.",
  run: async (_, ctx) => list(ctx),
};

async function list(ctx: Context): Promise<CommandResult> {
  const rows = await listTools(ctx, await wantedVersions(ctx));
  const { ui } = ctx;
  const { style } = ui;
  const columns = [
    { title: 'tool' },
    { title: 'wanted' },
    { title: 'found' },
    { title: 'licence' },
    { title: 'source' },
    { title: 'path' },
  ];
  const table = formatTable(
    columns,
    rows.map((row) => cells(row, style)),
    tableLook(ui),
  );
  const remarks = rows.flatMap((row) => row.remarks.map((remark) => `${style.warn('note')}  ${remark}`));
  const missing = rows.filter(({ tool, found }) => !found && (tool === 'consul' || tool === 'nomad')).map(({ tool }) => tool);
  const next = missing.length > 0 ? nomadctl`tools install ${missing}` : undefined;
  const parts = [table, ...(remarks.length > 0 ? [remarks.join('\n')] : [])];
  return { data: { folder: ctx.paths.tools, tools: rows }, text: `${parts.join('\n\n')}${next ? '\n' : ''}`, next };
}

const ORIGIN_WORDS: Readonly<Record<Origin, string>> = {
  release: 'official release',
  source: 'built here',
  jars: 'jars of Maven',
  wheel: 'wheel of pip',
};

function cells({ tool, wanted, found, installs, licence }: ToolRow, style: Style): string[] {
  if (!found) return [tool, wanted, style.warn('none'), licence, style.dim(`would be ${installs}`), ''];
  const origin = found.origin ? `, ${ORIGIN_WORDS[found.origin]}` : '';
  const name = found.program === tool ? '' : ` (${found.program})`;
  return [
    tool,
    wanted,
    `${found.version}${name}`,
    licence,
    found.source === 'path' ? 'PATH' : (found.namedBy ?? `tools folder${origin}`),
    found.path,
  ];
}
