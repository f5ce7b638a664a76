import { cloneSnapshot, makeSnapshot } from '../disks/make-snapshots.js';
import { copyImage } from '../host-images/make-images-of.js';
import type { HostParts } from '../hosts/host-step.js';
import type { Attempt } from './attempts.js';
import { disksToCopy, imagesToCopy } from './desired-state.js';
import { workQueue } from './work-queue.js';

/** Owns the copies of images and disks that are under way. */
export interface Copies {
  /** Begins those that are wanted and not under way. */
  start(): void;
  idle(): Promise<void>;
}

export interface CopiesOptions {
  readonly attempt: Attempt;
  readonly ending: AbortSignal;
  readonly onBug: (error: unknown) => void;
  /** A disk or snapshot was copied: files of what was deleted meanwhile can go. */
  readonly onDiskCopied: () => void;
}

export function copies(parts: HostParts, { attempt, ending, onBug, onDiskCopied }: CopiesOptions): Copies {
  const { view } = parts;
  const images = workQueue(async (id) => void (await attempt(id, () => copyImage(id, parts))), onBug);
  const disks = workQueue(async (id) => {
    if (ending.aborted) return;
    const copy = view.get('snapshot', id) ? makeSnapshot : cloneSnapshot;
    await attempt(id, () => copy(id, parts, ending));
    onDiskCopied();
  }, onBug);
  return {
    start() {
      for (const { id } of imagesToCopy(view)) images.add(id);
      for (const { id } of disksToCopy(view)) if (!disks.isBusy(id)) disks.add(id);
    },
    async idle() {
      await Promise.all([images.idle(), disks.idle()]);
    },
  };
}
