/** The tag of everything that is made for a cluster; names of what has no tag begin with it. */
export function tagOf(cluster: { readonly name: string }): string {
  return `nomadctl-${cluster.name}`;
}
