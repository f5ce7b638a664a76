/** Runs, is about to, or may run where nobody can look: `unknown` is what Nomad says of a client that it has lost sight of. */
const LIVE: readonly string[] = ['pending', 'running', 'unknown'];

/** Whether something of it may run, whatever its job is told to do. */
export function isLive({ ClientStatus }: { readonly ClientStatus: string }): boolean {
  return LIVE.includes(ClientStatus);
}
