import { anySignal } from '@nomadctl/base/signals/any-signal';
import type { Host } from '../../records/host.js';
import { reconcileHost } from '../hosts/reconcile-host.js';
import type { HostParts } from '../hosts/host-step.js';
import type { Attempt } from './attempts.js';
import { hasMovingDisks, imageSources } from './desired-state.js';
import { workQueue } from './work-queue.js';

/** Owns the reconciliations of hosts: which are under way, each host's one after the other, and which hosts are as they should be. */
export interface HostReconciliations {
  add(host: string): void;
  /** Cuts short those that make of a host what is no longer wanted. They go on with what is wanted by now. */
  abortOutdated(): void;
  /** Of these hosts, those that differ from what is wanted, as far as is known. @param containers hosts that have one. */
  outdated(hosts: readonly Host[], containers: readonly string[]): ReadonlySet<string>;
  idle(): Promise<void>;
}

export interface HostReconciliationsOptions {
  readonly attempt: Attempt;
  readonly ending: AbortSignal;
  readonly onBug: (error: unknown) => void;
  /** After each one. @param after absent: the host is gone. */
  readonly onReconciled: (id: string, change: { readonly before: Host | undefined; readonly after: Host | undefined }) => void;
  /** For tests. */
  readonly reconcile?: typeof reconcileHost;
}

export function hostReconciliations(parts: HostParts, options: HostReconciliationsOptions): HostReconciliations {
  const { attempt, ending, onBug, onReconciled, reconcile = reconcileHost } = options;
  const { view, note } = parts;
  /** What each one makes of its host. */
  const underWay = new Map<string, { readonly wanted: Host; readonly controller: AbortController }>();
  /** Records as they were when their hosts were last reconciled. A changed record is another object. */
  const reconciled = new Map<string, Host>();

  const signalFor = (wanted: Host): AbortSignal => {
    const controller = new AbortController();
    underWay.set(wanted.id, { wanted, controller });
    return anySignal(controller.signal, ending);
  };
  const queue = workQueue(async (id) => {
    if (ending.aborted) return;
    const before = view.get('host', id);
    const isDone = await attempt(id, () => reconcile(id, parts, signalFor));
    underWay.delete(id);
    const after = view.get('host', id);
    if (after && isDone) reconciled.set(id, after);
    else reconciled.delete(id);
    if (before && !after) note(id, undefined);
    onReconciled(id, { before, after });
  }, onBug);
  return {
    add: (host) => queue.add(host),
    abortOutdated() {
      for (const { wanted, controller } of underWay.values()) {
        if (view.get('host', wanted.id)?.state !== wanted.state) controller.abort();
      }
    },
    outdated(hosts, containers) {
      const gone = containers.filter((id) => !view.get('host', id));
      const changed = hosts.filter(
        ({ id, machine }) => machine && (reconciled.get(id) !== view.get('host', id) || hasMovingDisks(view, id)),
      );
      return new Set([...gone, ...imageSources(view), ...changed.map(({ id }) => id)]);
    },
    idle: () => queue.idle(),
  };
}
