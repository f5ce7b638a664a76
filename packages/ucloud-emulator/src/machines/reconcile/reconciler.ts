import type { Host } from '../../records/host.js';
import { balancedListeners } from '../balancers/balanced-listener.js';
import type { Balancers } from '../balancers/open-balancers.js';
import { tidyDisks } from '../disks/tidy-disks.js';
import type { HostParts } from '../hosts/host-step.js';
import { removeImages } from '../host-images/remove-images.js';
import type { Mark } from '../instances.js';
import { attempts } from './attempts.js';
import { copies } from './copies.js';
import { hostsWithMachines, isBackend, wantsNothing } from './desired-state.js';
import { hostReconciliations } from './host-reconciliations.js';
import { followNetwork } from './network-follower.js';
import { networkPlanOf } from './network-plan-of.js';
import { hasKeptData, hostsWithContainers } from './observed-state.js';
import { workQueue } from './work-queue.js';

/** Makes the computer follow the store, in the background. */
export interface Reconciler {
  /** Something was written: looks at everything, once more when it is looking already. */
  wake(): void;
  /** Reconciles one host, whatever the store says: something happened to it. */
  reconcile(host: string): void;
  /** Ends it; what was under way is cut short. */
  stop(): Promise<void>;
}

export interface ReconcilerOptions extends HostParts {
  readonly mark: Mark;
  readonly balancers: Pick<Balancers, 'apply'>;
  readonly onBug: (error: unknown) => void;
}

/** People find what went wrong with a look at everything under this word. Mostly it is the network. */
const SUBJECT = 'network';
const BALANCERS = 'load balancers';

/**
 * Joins parts that each own their state: `everything` whether a look is under way, `hosts` the reconciliations of hosts, `copied` the
 * copies of images and disks, `network` what was last applied.
 */
export function startReconciler({ mark, balancers, onBug, ...parts }: ReconcilerOptions): Reconciler {
  const { view, note, loops, snapshots } = parts;
  const stopping = new AbortController();
  const ending = stopping.signal;
  const wake = (): void => {
    if (!ending.aborted) everything.add(SUBJECT);
  };
  const attempt = attempts({ note, onBug, ending, retry: wake });
  const network = followNetwork(parts.network);
  const tidy = tidyDisks({ loops, snapshots });
  const copied = copies(parts, { attempt, ending, onBug, onDiskCopied: wake });
  const hosts = hostReconciliations(parts, { attempt, ending, onBug, onReconciled });
  const everything = workQueue(async () => {
    if (!ending.aborted) await attempt(SUBJECT, reconcileEverything);
  }, onBug);

  async function reconcileEverything(): Promise<void> {
    // Hosts that come while the network is made wait for the next look.
    const wanted = view.all('host');
    const containers = await hostsWithContainers(parts);
    if (containers.length > 0 || !wantsNothing(view) || (await hasKeptData(parts))) await mark.set();
    await network.follow(networkPlanOf(view), ending);
    note(SUBJECT, undefined);
    const closed = await balancers.apply(balancedListeners(view));
    note(BALANCERS, closed.length === 0 ? undefined : closed.join('; '));
    hosts.abortOutdated();
    for (const id of hosts.outdated(wanted, containers)) hosts.add(id);
    copied.start();
    await removeImages(parts);
    await tidy(view);
    if (hostsWithMachines(view).length > 0 || (await hostsWithContainers(parts)).length > 0) return;
    if (!wantsNothing(view) || (await hasKeptData(parts))) return;
    await network.clear();
    await mark.remove();
  }

  function onReconciled(id: string, { before, after }: { readonly before: Host | undefined; readonly after: Host | undefined }): void {
    // Load balancers send connections to hosts that run.
    if (before?.state !== after?.state && isBackend(view, id)) wake();
    // Its network, its image and its disks may be nobody's by now.
    if (!after) {
      network.forget();
      wake();
    }
  }

  return {
    wake,
    reconcile: (host) => hosts.add(host),
    async stop() {
      stopping.abort();
      await Promise.all([everything.idle(), hosts.idle(), copied.idle()]);
    },
  };
}
