import { nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import { renderHint } from '@nomadctl/base/hint/render-hint';
import { alignRows, formatTable, tableLook } from '@nomadctl/base/table';
import type { Context } from '../../context.js';
import { consulNames, type ConsulName } from '../../names/consul-names.js';
import { openCluster } from '../../targets/open-cluster.js';
import type { CommandResult } from '../command.js';
import { forRoot } from './resolver-change.js';
import { whereNamesResolve, type NamesPlace } from './where-names-resolve.js';

/** Which names there are, who answers, and where. @throws ApiError when Consul does not answer */
export async function showNames(ctx: Context): Promise<CommandResult> {
  const { name, state, connection } = await openCluster(ctx);
  const reached = await connection();
  const [names, where] = await Promise.all([
    consulNames(reached.consul, ctx.signal),
    whereNamesResolve({ cluster: name, connection: reached, nodes: nodesOf(state), ctx }),
  ]);
  const isHere = reached.names !== undefined;
  const curl = isHere ? curlLines(names) : [];
  const missing = isHere && where.some(({ place, resolves }) => place === 'this computer' && !resolves);
  return {
    data: { cluster: name, names, resolves: where, curl },
    text: [
      ...tableOf(names, ctx),
      '',
      `Where the names of ${name} resolve`,
      ...placeLines(where),
      ...(isHere ? ['', `For one program, without root: ${shown(nomadctl`exec --names <program>`, ctx)}`] : []),
      ...(curl.length > 0 ? ['', 'For curl, without any of it', ...curl.slice(0, CURL_SHOWN).map((line) => `  ${line}`)] : []),
    ].join('\n'),
    next: missing ? forRoot('--enable', name, ctx) : undefined,
  };
}

const CURL_SHOWN = 5;

function nodesOf(state: Readonly<Record<string, unknown>>): string[] {
  return ((state['hosts'] ?? []) as readonly { name: string }[]).map(({ name }) => name);
}

function shown(command: Hint, { given }: Context): string {
  return renderHint(command, given);
}

function tableOf(names: readonly ConsulName[], { ui }: Context): string[] {
  const columns = [{ title: 'NAME' }, { title: 'ADDRESSES', wraps: true }, { title: 'PORTS (SRV)' }];
  const rows = names.map(({ name, instances }) => [
    name,
    [...new Set(instances.map(({ address }) => address))].join(' ') || 'none: no instance is well',
    [...new Set(instances.flatMap(({ port }) => port ?? []))].join(' ') || '-',
  ]);
  const problems = names.flatMap(({ name, problem }) => (problem === undefined ? [] : [`${name}: ${problem}`]));
  return [formatTable(columns, rows, tableLook(ui)), ...(problems.length > 0 ? ['', ...problems] : [])];
}

function placeLines(where: readonly NamesPlace[]): string[] {
  return alignRows(where.map(({ place, resolves, detail }) => [`  ${place}`, resolves ? 'yes' : 'no', detail]));
}

/** A service that one address and port is enough for. https://curl.se/docs/manpage.html#--resolve */
function curlLines(names: readonly ConsulName[]): string[] {
  return names.flatMap(({ name, kind, instances: [first] }) =>
    kind === 'service' && !AGENTS.some((agent) => name.startsWith(`${agent}.`)) && first?.port !== undefined
      ? [`curl --resolve ${name}:${first.port}:${first.address} http://${name}:${first.port}/`]
      : [],
  );
}

/** Services that are no job's. */
const AGENTS = ['consul', 'nomad', 'nomad-client'];
