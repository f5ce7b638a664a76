import type { RunResult } from '../../tools/exec.js';
import type { VolumeFile } from '../place.js';
import type { Kubectl } from './kubectl.js';
import { refusalOf } from './kubectl-refusals.js';
import { CONTAINER } from './objects.js';

/** A file, as the bootstrapper's container sees it. Unseen where none runs to tell. @throws what `refusalOf` makes of a refusal */
export async function readInPod(kube: Kubectl, name: string, path: string): Promise<VolumeFile> {
  const result = await kube.try(['exec', `deployment/${name}`, '--container', CONTAINER, '--', 'cat', path]);
  if (result.exitCode === 0) return { text: result.stdout };
  if (isOfCommand(result)) return {};
  const refusal = refusalOf(result, kube);
  if (['kube-forbidden', 'kube-unauthorized', 'kube-silent'].includes(refusal.code)) throw refusal;
  // It does not run, or ended meanwhile: the next look tells.
  return { isUnseen: true };
}

/** Whether it was the command in the pod that failed, and not the way to it. */
const isOfCommand = ({ stderr }: RunResult): boolean => /command terminated with exit code \d+/.test(stderr);
