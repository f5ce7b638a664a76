import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { didYouMean } from '@nomadctl/base/suggest';

/** @throws UsageError `node-unknown` with the names that there are. */
export function nodeNamed<Node extends { readonly name: string }>(name: string, nodes: readonly Node[] = []): Node {
  const node = nodes.find((candidate) => candidate.name === name);
  if (node) return node;
  const names = nodes.map((candidate) => candidate.name);
  throw new UsageError(`there is no node "${name}"${didYouMean(name, names)}`, {
    code: 'node-unknown',
    why: names.length > 0 ? `nodes: ${names.join(', ')}` : 'the cluster has no nodes yet',
    next: names.length > 0 ? nomadctl`status` : nomadctl`up`,
  });
}
