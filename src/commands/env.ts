import { dirname } from 'node:path';
import type { ChildEnvironment } from '@nomadctl/base/secret/secret';
import { consulVariables, nomadVariables } from '../cluster/connection.js';
import { openCluster } from '../targets/open-cluster.js';
import { flagOf, wordOf, type Command } from './command.js';

export const command: Command = {
  arguments: [{ name: 'name', summary: 'the cluster; default: the current one, else dev', completes: 'cluster' }],
  flags: [{ flag: '--shell <shell>', summary: 'whose syntax: sh (bash, zsh), fish', choices: ['sh', 'fish'] }],
  examples: ['eval "$(nomadctl env)"', 'nomadctl env --json'],
  async run(input, ctx) {
    const { name, connection, state } = await openCluster(ctx, wordOf(input, 'name'));
    const { nomad, consul } = await connection();
    const tools = Object.values((state['tools'] ?? {}) as Record<string, { path: string }>).map(({ path }) => dirname(path));
    const before = (ctx.env['PATH'] ?? '').split(':');
    const added = [...new Set(tools)].filter((folder) => !before.includes(folder));
    const variables = {
      ...printable(nomadVariables(nomad)),
      ...printable(consulVariables(consul)),
      NOMADCTL_CLUSTER: name,
      ...(added.length > 0 ? { PATH: [...added, ...before].join(':') } : {}),
    };
    const line = flagOf(input, 'shell') === 'fish' ? fishLine : shLine;
    return { data: variables, text: Object.entries(variables).map(line).join('\n') };
  },
};

/** Printing is no door for secrets: a token stays out of what a terminal or a log keeps. */
function printable(variables: ChildEnvironment): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

const quote = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;
const shLine = ([name, value]: [string, string]): string => `export ${name}=${quote(value)}`;
const fishLine = ([name, value]: [string, string]): string =>
  name === 'PATH' ? `set -gx PATH ${value.split(':').map(quote).join(' ')}` : `set -gx ${name} ${quote(value)}`;
