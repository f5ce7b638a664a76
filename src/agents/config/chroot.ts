/**
 * What an exec task finds in its chroot. Each task has its own copy (or hard links, where Nomad's data is on the file system of
 * /usr), so each thing is there once, and what is large and for the host alone not at all. What is not there is left out: one
 * list does for Debian and Red Hat, on both processors.
 */
const PARTS: readonly string[] = [
  '/etc',
  '/usr/bin',
  '/usr/sbin',
  '/usr/lib64',
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/lib/ld-linux-aarch64.so.1',
  '/usr/lib/python3.10',
  '/usr/lib/python3.11',
  '/usr/lib/python3.12',
  '/usr/lib/python3.13',
  '/usr/share/ca-certificates',
  '/usr/share/zoneinfo',
  '/run/resolvconf',
  '/run/systemd/resolve',
];

/**
 * Names in the root that are links into /usr: /bin/sleep is /usr/bin/sleep. Given as they are, Nomad would follow them and copy
 * all of it again; links inside a folder it makes anew.
 */
export const ROOT_LINKS: readonly string[] = ['bin', 'sbin', 'lib', 'lib64'];

/**
 * Nomad's `chroot_env`: source to place. https://developer.hashicorp.com/nomad/docs/configuration/client#chroot_env
 * @param links a folder with the host's `ROOT_LINKS` in it
 * @param consulBinary what sidecars run
 * @param envoy the folder in which nomadctl has its own Envoy, where there are sidecars of it
 */
export function chrootEnv({
  links,
  consulBinary,
  envoy,
}: {
  readonly links: string;
  readonly consulBinary: string;
  readonly envoy?: string | undefined;
}): Readonly<Record<string, string>> {
  return {
    [links]: '/',
    [consulBinary]: consulBinary,
    ...(envoy ? { [envoy]: envoy } : {}),
    ...Object.fromEntries(PARTS.map((path) => [path, path])),
  };
}
