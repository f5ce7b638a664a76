/** Whether a command line of ours is the same whatever cluster is meant. */
export function isForAnyCluster([first = '', second = '']: readonly string[]): boolean {
  return (
    ['tools', 'mirror', 'emulator', 'list', 'use', 'completion'].includes(first) ||
    (first === 'bootstrap' && second === 'image') ||
    (first === 'job' && ['show', 'new', 'render'].includes(second))
  );
}
