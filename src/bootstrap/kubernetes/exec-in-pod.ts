import type { RunResult } from '../../tools/exec.js';
import type { VolumeFile } from '../place.js';
import type { Kubectl } from './kubectl.js';
import { refusalOf } from './kubectl-refusals.js';
import { CONTAINER } from './objects.js';

/** Of a program's output we are not given the last line's end: a mark after the file keeps it. */
const END = '.';
const SHOW = `cat "$1" && printf ${END}`;

/** A file, as the bootstrapper's container sees it. Unseen where none runs to tell. @throws what `refusalOf` makes of a refusal */
export async function readInPod(kube: Kubectl, name: string, path: string): Promise<VolumeFile> {
  const result = await kube.try(['exec', `deployment/${name}`, '--container', CONTAINER, '--', 'sh', '-c', SHOW, 'sh', path]);
  if (result.exitCode === 0) return { text: result.stdout.slice(0, -END.length) };
  if (isOfCommand(result)) return {};
  const refusal = refusalOf(result, kube);
  if (['kube-forbidden', 'kube-unauthorized', 'kube-silent'].includes(refusal.code)) throw refusal;
  // It does not run, or ended meanwhile: the next look tells.
  return { isUnseen: true };
}

/** Whether it was the command in the pod that failed, and not the way to it. */
const isOfCommand = ({ stderr }: RunResult): boolean => /command terminated with exit code \d+/.test(stderr);
