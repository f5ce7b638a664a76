import type { KubeObject } from './kube-model.js';
import type { Kubectl } from './kubectl.js';
import { refusalOf } from './kubectl-refusals.js';

/**
 * Objects of a kind, first as they are, then each as it changes, until nobody listens any more. A watch that the server ends, as it
 * does after some minutes, begins anew.
 * @throws what `refusalOf` makes of a refusal
 */
export async function* watchObjects<T extends KubeObject>(
  kube: Kubectl,
  { kind, selector, signal }: { readonly kind: string; readonly selector: string; readonly signal: AbortSignal },
): AsyncGenerator<T, void, undefined> {
  for (;;) {
    const talk = await kube.watch(kind, selector, signal);
    try {
      yield* objectsIn<T>(() => talk.nextLine());
    } finally {
      talk.end();
    }
    const { exitCode, stderr } = await talk.ended;
    if (exitCode !== 0) throw refusalOf({ stderr }, kube);
  }
}

/** kubectl writes one object after the other; a brace alone at the margin ends each. */
export async function* objectsIn<T>(nextLine: () => Promise<string | undefined>): AsyncGenerator<T, void, undefined> {
  let lines: string[] = [];
  for (let line = await nextLine(); line !== undefined; line = await nextLine()) {
    lines.push(line);
    if (line !== '}') continue;
    yield JSON.parse(lines.join('\n')) as T;
    lines = [];
  }
}
