import type { Exposure } from './exposure.js';

/** The words of `job expose` that ask for an exposure once more: everything that was said has to be said again. */
export function exposeWords({ job, namespace, port, reach, listen, protocol, host, path, from = [] }: Exposure): string[] {
  return [
    ...[job, '--port', port, ...(namespace === 'default' ? [] : ['--namespace', namespace]), ...(reach === 'here' ? [] : [`--${reach}`])],
    ...['--listen', String(listen), '--protocol', protocol],
    ...(host === undefined ? [] : ['--host', host]),
    ...(path === undefined ? [] : ['--path', path]),
    ...from.flatMap((range) => ['--from', range]),
  ];
}

/** A job as words of a command, with its namespace where that is not everybody's. */
export function exposedJobWords({ job, namespace }: Pick<Exposure, 'job' | 'namespace'>): string[] {
  return [job, ...(namespace === 'default' ? [] : ['--namespace', namespace])];
}

/** The words of `job expose` that take a port of a job back. */
export function removeWords({ job, namespace, port }: Exposure): string[] {
  return [job, '--port', port, ...(namespace === 'default' ? [] : ['--namespace', namespace]), '--remove'];
}
