import { dirname } from 'node:path';
import { Secret, type ChildEnvironment } from '@nomadctl/base/secret/secret';
import { consulVariables, nomadVariables } from '../cluster/connection.js';
import { openCluster } from '../targets/open-cluster.js';
import { flagOf, wordOf, type Command, type Disclosure } from './command.js';

export const command: Command = {
  arguments: [{ name: 'name', summary: 'the cluster; default: the current one, else dev', completes: 'cluster' }],
  flags: [{ flag: '--shell <shell>', summary: 'whose syntax: sh (bash, zsh), fish', choices: ['sh', 'fish'] }],
  examples: ['eval "$(nomadctl env)"', 'nomadctl env --json'],
  about:
    'Of a secured cluster with its management tokens: the output is for eval, and for nobody else to see. What is set here for another cluster is unset.',
  async run(input, ctx) {
    const { name, connection, state } = await openCluster(ctx, wordOf(input, 'name'));
    const { nomad, consul } = await connection();
    const tools = Object.values((state['tools'] ?? {}) as Record<string, { path: string }>).map(({ path }) => dirname(path));
    const before = (ctx.env['PATH'] ?? '').split(':');
    const added = [...new Set(tools)].filter((folder) => !before.includes(folder));
    const variables: ChildEnvironment = {
      ...nomadVariables(nomad),
      ...consulVariables(consul),
      NOMADCTL_CLUSTER: name,
      ...(added.length > 0 ? { PATH: [...added, ...before].join(':') } : {}),
    };
    // Only what is there can be in the way.
    const said = Object.entries(variables).filter(([key, value]) => value !== undefined || ctx.env[key] !== undefined);
    const syntax = flagOf(input, 'shell') === 'fish' ? FISH : SH;
    const lines = said.map(([key, value]) => (value === undefined ? [syntax.unset(key)] : syntax.set(key, value)));
    return {
      data: undefined,
      text: '',
      disclosure: {
        data: Object.fromEntries(said.map(([key, value]) => [key, value ?? null])),
        text: lines.flatMap((line) => [...line, '\n']).slice(0, -1),
      },
    };
  },
};

type Line = Disclosure['text'];

interface Syntax {
  set(name: string, value: string | Secret): Line;
  unset(name: string): string;
}

const quote = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;
/** Tokens are UUIDs: no quote ends them early. */
const quoted = (value: string | Secret): Line => (Secret.isSecret(value) ? ["'", value, "'"] : [quote(value)]);

const SH: Syntax = { set: (name, value) => [`export ${name}=`, ...quoted(value)], unset: (name) => `unset ${name}` };
const FISH: Syntax = {
  set: (name, value) =>
    name === 'PATH' && typeof value === 'string'
      ? [`set -gx PATH ${value.split(':').map(quote).join(' ')}`]
      : [`set -gx ${name} `, ...quoted(value)],
  unset: (name) => `set -e ${name}`,
};
