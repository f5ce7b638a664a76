import { NomadctlError } from '@nomadctl/base/errors';
import type { Host } from '../records/host.js';
import { failureOf } from './failure-of.js';
import { EngineError } from './engine.js';
import { cloneSnapshot, makeSnapshot } from './disks/make-snapshots.js';
import { tidyDisks } from './disks/tidy-disks.js';
import { convergeHost } from './hosts/converge-host.js';
import type { HostParts } from './hosts/host-turn.js';
import { copyImage } from './host-images/make-images-of.js';
import { imagesOnEngine, removeImages } from './host-images/remove-images.js';
import type { Mark } from './instances.js';
import { keyedWork } from './keyed-work.js';
import { lookAfterNetwork } from './keep-network.js';
import { HOST_LABEL } from './names.js';
import { networkPlanOf } from './network-plan-of.js';

/** Makes the computer follow the store, in the background. */
export interface Reconciler {
  wake(): void;
  /** Looks at one host, whatever the store says: something happened to it. */
  see(host: string): void;
  /** Ends it; what was under way is cut short. */
  stop(): Promise<void>;
}

export interface ReconcilerOptions extends HostParts {
  readonly mark: Mark;
  readonly onBug: (error: unknown) => void;
}

const RETRY_MS = 2000;

export function startReconciler(options: ReconcilerOptions): Reconciler {
  const { world, loops, snapshots, engine, names, note, mark, onBug } = options;
  const network = lookAfterNetwork(options.network);
  const ending = new AbortController();
  const turns = new Map<string, { readonly host: Host; readonly controller: AbortController }>();
  /** Hosts as they were when they were last seen to. */
  const done = new Map<string, object>();
  let pass: Promise<void> | undefined;
  let again = false;

  const during = (host: Host): AbortSignal => {
    const controller = new AbortController();
    turns.set(host.id, { host, controller });
    return AbortSignal.any([controller.signal, ending.signal]);
  };
  const later = (): void => void setTimeout(wake, RETRY_MS).unref();
  /** @returns false when it has to be tried again. */
  const attempt = async (subject: string, work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      if (ending.signal.aborted) return false;
      note(subject, failureOf(error));
      if (!(error instanceof EngineError || error instanceof NomadctlError)) onBug(error);
      later();
      return false;
    }
  };
  const hosts = keyedWork(async (id) => {
    if (ending.signal.aborted) return;
    const before = world.get('host', id);
    const isDone = await attempt(id, () => convergeHost(id, options, during));
    turns.delete(id);
    const after = world.get('host', id);
    if (after && isDone) done.set(id, after);
    else done.delete(id);
    if (before && !after) note(id, undefined);
    // Load balancers send connections to hosts that run.
    if (before?.state !== after?.state && world.all('backend').some(({ resource }) => resource === id)) wake();
    // Its network, its image and its disks may be nobody's by now.
    if (!after) {
      network.again();
      wake();
    }
  }, onBug);
  const tidy = tidyDisks({ loops, snapshots });
  const copies = keyedWork(async (id) => void (await attempt(id, () => copyImage(id, options))), onBug);
  /** Of disks; what was deleted meanwhile leaves a file. */
  const diskCopies = keyedWork(async (id) => {
    if (ending.signal.aborted) return;
    const copy = world.get('snapshot', id) ? makeSnapshot : cloneSnapshot;
    await attempt(id, () => copy(id, options, ending.signal));
    wake();
  }, onBug);

  const look = async (): Promise<void> => {
    // Hosts that come while the network is made wait for the next look.
    const hostsNow = world.all('host');
    const containers = await hostsWithContainers();
    if (containers.length > 0 || !(await isNothingKept())) await mark.set();
    await network.follow(networkPlanOf(world), ending.signal);
    note('network', undefined);
    for (const { host, controller } of turns.values()) {
      if (world.get('host', host.id)?.state !== host.state) controller.abort();
    }
    for (const id of hostsToSee(hostsNow, containers)) hosts.ask(id);
    for (const { id, state } of world.all('image')) if (state === 'Copying') copies.ask(id);
    for (const { id, status } of world.all('snapshot')) if (status === 'Creating' && !diskCopies.isBusy(id)) diskCopies.ask(id);
    for (const { id, status } of world.all('disk')) if (status === 'Cloning' && !diskCopies.isBusy(id)) diskCopies.ask(id);
    await removeImages(options);
    await tidy(world);
    if (hasHosts() || (await hostsWithContainers()).length > 0 || !(await isNothingKept())) return;
    await network.clear();
    await mark.remove();
  };
  const hostsWithContainers = async (): Promise<readonly string[]> => {
    const query = { all: true, filters: names.filter };
    const present = await engine.call<{ Labels: Record<string, string> }[]>({ path: '/containers/json', query });
    return present.map(({ Labels }) => Labels[HOST_LABEL] ?? '').filter((id) => id !== '');
  };
  const hostsToSee = (known: readonly Host[], containers: readonly string[]): ReadonlySet<string> => {
    const gone = containers.filter((id) => !world.get('host', id));
    const sources = world.all('image').flatMap(({ state, source }) => (state === 'Making' && source !== undefined ? [source] : []));
    const changed = known.filter(({ id, machine }) => machine && (done.get(id) !== world.get('host', id) || hasMovingDisks(id)));
    return new Set([...gone, ...sources, ...changed.map(({ id }) => id)]);
  };
  const hasHosts = (): boolean => world.all('host').some(({ machine }) => machine !== undefined);
  const isNothingKept = async (): Promise<boolean> =>
    !hasHosts() &&
    world.all('image').every(({ source }) => source === undefined) &&
    (await imagesOnEngine(options)).length === 0 &&
    (await loops.list()).length === 0 &&
    (await snapshots.list()).length === 0;
  const hasMovingDisks = (host: string): boolean =>
    world.owned('disk', host).some(({ status }) => status === 'Attaching' || status === 'Detaching');
  function wake(): void {
    if (ending.signal.aborted) return;
    if (pass) {
      again = true;
      return;
    }
    pass = attempt('network', look).then(() => {
      pass = undefined;
      if (!again) return;
      again = false;
      wake();
    });
  }
  return {
    wake,
    see: (host) => hosts.ask(host),
    async stop() {
      ending.abort();
      await Promise.all([pass, hosts.idle(), copies.idle(), diskCopies.idle()]);
    },
  };
}
