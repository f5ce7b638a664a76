import type { ClusterPaths } from '@nomadctl/base/paths';
import type { Context } from '../context.js';
import { statePlaceOf, type StatePlace } from '../config/state-options.js';
import type { ToolContext } from '../tools/tool-context.js';

export type { StatePlace };

/** Of a cluster whose settings say nothing. */
export const HERE: StatePlace = { backend: 'local', address: '', ca: '', bucket: '', region: '' };

/** What reading and keeping states takes of the outside world; a command's context and a step's both have it. */
export type StateContext = ToolContext & Pick<Context, 'redact'>;

/** A cluster, as far as its states are concerned. */
export interface StateOwner {
  readonly name: string;
  readonly paths: ClusterPaths;
  /** Where its settings want them. */
  readonly place: StatePlace;
}

/** Public keys of age, of those who may go on with a cluster from elsewhere and read its backups. */
export function operatorsOf({ settings }: { readonly settings: Readonly<Record<string, unknown>> }): readonly string[] {
  const recipients = settings['state.recipients'];
  return Array.isArray(recipients) ? recipients.map(String) : [];
}

export function stateOwner({
  name,
  paths,
  settings,
}: {
  readonly name: string;
  readonly paths: ClusterPaths;
  readonly settings: Readonly<Record<string, unknown>>;
}): StateOwner {
  return { name, paths, place: statePlaceOf(settings) };
}
