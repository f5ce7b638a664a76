import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { BalancedListener } from '../../../../src/machines/balancers/balanced-listener.js';
import { openBalancers } from '../../../../src/machines/balancers/open-balancers.js';

const tlsFile = (name: string): string => readFileSync(new URL(`../../../../../../test/fixtures/tls/${name}`, import.meta.url), 'utf8');

/** A backend that says its name, and who asked. */
async function backend(name: string, answer?: RequestListener) {
  const server = createServer(
    answer ?? ((asked, reply) => reply.end([name, asked.headers['x-forwarded-for'], asked.headers['x-forwarded-proto']].join(' '))),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const end = () => new Promise((resolve) => (server.close(resolve), server.closeAllConnections()));
  onTestFinished(() => void (server.listening ? end() : undefined));
  return { id: name, ip: '127.0.0.1', port: (server.address() as AddressInfo).port, weight: 1, isBackup: false, end, server };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const listenerOf = async (more: Partial<BalancedListener>): Promise<BalancedListener> => ({
  ...{
    id: 'vserver-1',
    addresses: ['127.0.0.1'],
    protocol: 'HTTP',
    port: await freePort(),
    method: 'Roundrobin',
    idleMs: 0,
    sticks: false,
  },
  ...{ rules: ['TCP|1-65535|0.0.0.0/0|ACCEPT|HIGH|'], monitor: { type: 'Port', domain: '', path: '' }, backends: [], routes: [] },
  tls: { certificates: [] },
  ...more,
});

async function balancing(...listeners: readonly BalancedListener[]) {
  const balancers = openBalancers({ isRoot: false });
  onTestFinished(() => balancers.close());
  const problems = await balancers.apply(listeners);
  for (const { backends } of listeners) await expect.poll(() => backends.every(({ id }) => balancers.isWell(id) !== undefined)).toBe(true);
  return { ...balancers, problems };
}

const ask = async ({ port }: BalancedListener, headers: Record<string, string> = {}, path = '/'): Promise<string> => {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
  return answer.text();
};

test('requests go by turns to backends that are well, and past one that died a moment ago', async () => {
  const [one, two] = [await backend('one'), await backend('two')];
  const listener = await listenerOf({ backends: [one, two] });
  await balancing(listener);
  const both = async () => [await ask(listener), await ask(listener)].toSorted();
  expect(await both()).toEqual(['one 127.0.0.1 http', 'two 127.0.0.1 http']);
  await one.end();
  expect(await both()).toEqual(['two 127.0.0.1 http', 'two 127.0.0.1 http']);
  await two.end();
  expect(await ask(listener)).toBe('no backend is well\n');
});

test('a path that answers with an error makes a backend unwell, although its port is open', async () => {
  let status = 500;
  const one = await backend('one', (_asked, reply) => reply.writeHead(status).end('here'));
  const listener = await listenerOf({ backends: [one], monitor: { type: 'Path', domain: 'a.example', path: '/healthy' } });
  const { isWell } = await balancing(listener);
  expect([isWell('one'), await ask(listener)]).toEqual([false, 'no backend is well\n']);
  status = 204;
  await expect.poll(() => isWell('one'), { timeout: 5000 }).toBe(true);
});

test('rules lead to their backends; a cookie leads back', async () => {
  const [one, two] = [await backend('one'), await backend('two')];
  const routes = [{ type: 'Domain', match: 'two.example', backends: ['two'] }];
  const [ruled, sticking] = [
    await listenerOf({ backends: [one, two], routes }),
    await listenerOf({ id: 'vserver-2', backends: [one, two], sticks: true }),
  ];
  await balancing(ruled, sticking);
  const raw = (host: string) => talk(ruled.port, `GET / HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
  expect((await Promise.all([raw('two.example'), raw('two.example')])).every((text) => text.includes('two 127.0.0.1'))).toBe(true);
  const first = await fetch(`http://127.0.0.1:${sticking.port}/`);
  const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? '';
  const name = (await first.text()).split(' ')[0];
  expect(cookie).toBe(`ULBSERVERID=${name}`);
  for (let times = 0; times < 3; times++) expect(await ask(sticking, { cookie })).toContain(name);
});

test('HTTPS ends here, with the certificate that is bound to it and no other', async () => {
  const one = await backend('one');
  const own = { certificate: tlsFile('agent.pem'), key: tlsFile('agent.key') };
  const listener = await listenerOf({ protocol: 'HTTPS', backends: [one] });
  const { problems, apply, isWell } = await balancing(listener);
  expect(problems).toEqual([`port ${listener.port} of 127.0.0.1 leads nowhere: no certificate is bound to it`]);
  expect(await apply([{ ...listener, tls: { certificates: [{ ...own, key: tlsFile('agent.pem') }] } }])).toEqual([
    expect.stringContaining('its certificate can not be read'),
  ]);
  expect(await apply([{ ...listener, tls: { certificates: [own] } }])).toEqual([]);
  await expect.poll(() => isWell('one')).toBe(true);
  const answer = await new Promise<IncomingMessage>((resolve, reject) =>
    request({ port: listener.port, host: '127.0.0.1', ca: tlsFile('ca.pem'), checkServerIdentity: () => undefined, agent: false }, resolve)
      .on('error', reject)
      .end(),
  );
  expect((await answer.setEncoding('utf8').toArray()).join('')).toBe('one 127.0.0.1 https');
});

test('other protocols pass as they are, both ways; whom the firewall does not let in hears nothing', async () => {
  const one = await backend('one');
  one.server.on('upgrade', (_asked, socket, head) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n');
    socket.write(head);
    socket.pipe(socket);
  });
  const [http, tcp] = [await listenerOf({ backends: [one] }), await listenerOf({ id: 'vserver-2', protocol: 'TCP', backends: [one] })];
  const closed = await listenerOf({ id: 'vserver-3', protocol: 'TCP', backends: [one], rules: ['TCP|1-65535|10.0.0.0/8|ACCEPT|HIGH|'] });
  await balancing(http, tcp, closed);
  const upgrade = 'GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\nhello';
  for (const { port } of [http, tcp]) expect(await talk(port, upgrade, /\r\n\r\nhello/)).toMatch(/^HTTP\/1.1 101 /);
  expect(await talk(closed.port, upgrade)).toBe('');
});

/** What is said on a connection until it ends, or until this was heard. */
function talk(port: number, text: string, until?: RegExp): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(text));
    const end = (): void => {
      socket.destroy();
      resolve(heard);
    };
    socket
      .setEncoding('utf8')
      .on('data', (more: string) => {
        heard += more;
        if (until?.test(heard)) end();
      })
      .on('error', end)
      .on('close', end);
  });
}
