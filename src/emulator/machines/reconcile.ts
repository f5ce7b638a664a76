import type { Host } from '../records/host.js';
import { failureOf } from './failure-of.js';
import { EngineError } from './engine.js';
import { isUnreachable } from './absent.js';
import { convergeHost, type HostParts } from './hosts/converge-host.js';
import { copyImage } from './host-images/make-images-of.js';
import { removeImages } from './host-images/remove-images.js';
import { keyedWork } from './keyed-work.js';
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
  readonly onBug: (error: unknown) => void;
}

const RETRY_MS = 2000;

export function startReconciler(options: ReconcilerOptions): Reconciler {
  const { world, loops, engine, names, network, note, onBug } = options;
  const ending = new AbortController();
  const turns = new Map<string, { readonly host: Host; readonly controller: AbortController }>();
  /** Hosts and disks as they were when they were last seen to. */
  const done = new Map<string, object>();
  let pass: Promise<void> | undefined;
  let again = false;

  const during = (host: Host): AbortSignal => {
    const controller = new AbortController();
    turns.set(host.id, { host, controller });
    return AbortSignal.any([controller.signal, ending.signal]);
  };
  const later = (): void => void setTimeout(wake, RETRY_MS).unref();
  const attempt = (subject: string, work: () => Promise<void>): Promise<void> =>
    work().catch((error: unknown) => {
      if (ending.signal.aborted) return;
      note(subject, failureOf(error));
      if (!(error instanceof EngineError)) onBug(error);
      if (isUnreachable(error) || error instanceof EngineError) later();
    });
  const hosts = keyedWork(async (id) => {
    if (ending.signal.aborted) return;
    const before = world.get('host', id);
    await attempt(id, () => convergeHost(id, options, during));
    turns.delete(id);
    const after = world.get('host', id);
    if (after) done.set(id, after);
    else done.delete(id);
    if (before && !after) note(id, undefined);
    // Its network, its image and its disks may be nobody's by now.
    if (!after) wake();
  }, onBug);
  const copies = keyedWork((id) => attempt(id, () => copyImage(id, options)), onBug);

  const look = async (): Promise<void> => {
    // Hosts that come while the network is made wait for the next look.
    const hostsNow = world.all('host');
    await network.apply(networkPlanOf(world), ending.signal);
    note('network', undefined);
    for (const { host, controller } of turns.values()) {
      if (world.get('host', host.id)?.state !== host.state) controller.abort();
    }
    for (const id of await hostsToSee(hostsNow)) hosts.ask(id);
    for (const { id, state } of world.all('image')) if (state === 'Copying') copies.ask(id);
    await removeImages(options);
    await tidyDisks();
  };
  const hostsToSee = async (known: readonly Host[]): Promise<readonly string[]> => {
    const present = await engine.call<{ Labels: Record<string, string> }[]>({
      path: '/containers/json',
      query: { all: true, filters: names.filter },
    });
    const gone = present.map(({ Labels }) => Labels[HOST_LABEL] ?? '').filter((id) => id !== '' && !world.get('host', id));
    const sources = world.all('image').flatMap(({ state, source }) => (state === 'Making' && source !== undefined ? [source] : []));
    const changed = known.filter(({ id, machine }) => machine && (done.get(id) !== world.get('host', id) || hasMovingDisks(id)));
    return [...new Set([...gone, ...sources, ...changed.map(({ id }) => id)])];
  };
  const hasMovingDisks = (host: string): boolean =>
    world.owned('disk', host).some(({ status }) => status === 'Attaching' || status === 'Detaching');
  /** Disks of nobody have no device, and those that were deleted no file. */
  const tidyDisks = async (): Promise<void> => {
    if (loops.problem) return;
    const local = new Set(world.all('host').flatMap(({ localDisks }) => localDisks.map(({ id }) => id)));
    for (const id of await loops.list()) {
      if (local.has(id)) continue;
      const disk = world.get('disk', id);
      if (!disk) await loops.remove(id);
      else if (disk.host === '' && done.get(id) !== disk) {
        await loops.detach(id);
        done.set(id, disk);
      }
    }
  };
  function wake(): void {
    if (ending.signal.aborted) return;
    if (pass) {
      again = true;
      return;
    }
    pass = attempt('network', look).finally(() => {
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
      await Promise.all([pass, hosts.idle(), copies.idle()]);
    },
  };
}
