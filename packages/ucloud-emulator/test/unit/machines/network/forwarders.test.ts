import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { randomInt } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { openForwarders, type Forwarders } from '../../../../src/machines/network/forwarders.js';

const fromEverywhere = (port: number): string => `TCP|${port}|0.0.0.0/0|ACCEPT|HIGH|`;

test('a port that the firewall accepts leads to the host, from the callers that it accepts', async () => {
  const { privateIp, port } = await host('one');
  const forwarders = ownForwarders();
  const eip = address();
  expect(await forwarders.apply([{ eip, vpc: 'v', privateIp, rules: [`TCP|${port}|127.0.0.9|ACCEPT|HIGH|`] }])).toEqual([]);
  expect(await ask(eip, port, '127.0.0.9')).toBe('one heard hello');
  expect(await ask(eip, port)).toBe('');
  await forwarders.apply([]);
  expect(await ask(eip, port, '127.0.0.9')).toBe('ECONNREFUSED');
});

test('an EIP that moves or goes ends the connections that are open; a firewall that changes lets no more in, and those be', async () => {
  const one = await host('one');
  const forwarders = ownForwarders();
  const bound = { eip: address(), vpc: 'v', privateIp: one.privateIp };
  const isOpen = await dial(forwarders, { ...bound, rules: [fromEverywhere(one.port)] }, one.port);
  const closing = [[fromEverywhere(one.port), `TCP|${one.port}|127.0.0.1|DROP|HIGH|`], []];
  for (const rules of closing) await forwarders.apply([{ ...bound, rules }]);
  expect(await isOpen()).toBe(true);
  expect(await ask(bound.eip, one.port)).toBe('ECONNREFUSED');
  await forwarders.apply([]);
  expect(await isOpen()).toBe(false);

  const two = await host('two', one.port);
  const isOpenStill = await dial(forwarders, { ...bound, rules: [fromEverywhere(one.port)] }, one.port);
  await forwarders.apply([{ ...bound, privateIp: two.privateIp, rules: [fromEverywhere(one.port)] }]);
  expect(await isOpenStill()).toBe(false);
  expect(await ask(bound.eip, one.port)).toBe('two heard hello');
});

test('what can not be forwarded is said, with the reason', async () => {
  const taken = await host('taken');
  const rules = [
    'TCP|8000-8100|0.0.0.0/0|ACCEPT|HIGH|',
    'UDP|53|0.0.0.0/0|ACCEPT|HIGH|',
    'ICMP||0.0.0.0/0|ACCEPT|HIGH|',
    fromEverywhere(taken.port),
  ];
  const problems = await ownForwarders().apply([{ eip: taken.privateIp, vpc: 'v', privateIp: '127.0.0.1', rules }]);
  expect(problems).toEqual([
    `tcp 8000-8100 of ${taken.privateIp} stays closed: without root only single TCP ports are forwarded`,
    `udp 53 of ${taken.privateIp} stays closed: without root only single TCP ports are forwarded`,
    expect.stringMatching(new RegExp(`^${taken.privateIp}:${taken.port} stays closed: .*EADDRINUSE`)),
  ]);
});

function ownForwarders(): Forwarders {
  const forwarders = openForwarders();
  onTestFinished(() => forwarders.close());
  return forwarders;
}

/** One of the many addresses of the loopback network. */
const address = (): string => `127.${randomInt(130, 250)}.${randomInt(1, 250)}.${randomInt(1, 250)}`;

/** Says what it hears, on an address of its own. */
async function host(name: string, port = 0): Promise<{ privateIp: string; port: number }> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined).on('data', (data) => socket.end(`${name} heard ${String(data)}`));
  });
  onTestFinished(() => void server.close());
  const privateIp = address();
  await once(server.listen(port, privateIp), 'listening');
  return { privateIp, port: (server.address() as AddressInfo).port };
}

async function ask(eip: string, port: number, localAddress?: string): Promise<string> {
  const socket = connect({ host: eip, port, ...(localAddress === undefined ? {} : { localAddress }) });
  socket.write('hello');
  try {
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    return text;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ECONNRESET' ? '' : String(code);
  }
}

/** Opens a connection that says nothing; the answer tells whether it is still there a moment later. */
async function dial(
  forwarders: Forwarders,
  exposure: Parameters<Forwarders['apply']>[0][number],
  port: number,
): Promise<() => Promise<boolean>> {
  await forwarders.apply([exposure]);
  const socket = connect({ host: exposure.eip, port });
  await once(socket, 'connect');
  const closed = once(socket.on('error', () => undefined).resume(), 'close').then(() => false);
  await new Promise((done) => setTimeout(done, 50));
  return () => Promise.race([closed, new Promise<boolean>((done) => setTimeout(() => done(true), 2000))]);
}
