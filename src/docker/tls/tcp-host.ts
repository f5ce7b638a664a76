/** Where an engine listens over the network, as its `hosts` have it: `tcp://0.0.0.0:2376`. */
export interface TcpHost {
  readonly host: string;
  readonly port: number;
}

const SCHEME = 'tcp://';

export function tcpHost({ host, port }: TcpHost): string {
  return `${SCHEME}${host}:${port}`;
}

export function isTcp(host: string): boolean {
  return host.startsWith(SCHEME);
}

/** Address and port; nothing for a socket, a name, or an address of IPv6. */
export function tcpHostIn(text: string): TcpHost | undefined {
  const [, host, port] = /^tcp:\/\/([\d.]+):(\d+)\/?$/.exec(text) ?? [];
  return host === undefined ? undefined : { host, port: Number(port) };
}
