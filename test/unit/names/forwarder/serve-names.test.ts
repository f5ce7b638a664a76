import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { serveNames } from '../../../../src/names/forwarder/serve-names.js';
import { onMessages, sendMessage } from '../../../../src/names/forwarder/ask-upstream.js';
import { askDnsRaw, rawQuestion, type At } from '../../../helpers/ask-dns-raw.js';

const HERE = '127.0.0.1';

/** Somebody who answers with so many records, and keeps what he was asked. */
async function upstream(answers: number): Promise<{ readonly at: At; readonly asked: Buffer[] }> {
  const asked: Buffer[] = [];
  const reply = (question: Buffer): Buffer => {
    asked.push(Buffer.from(question));
    const answer = Buffer.from(question);
    answer.writeUInt16BE(0x8180, 2);
    answer.writeUInt16BE(answers, 6);
    return answer;
  };
  const tcp = createServer((socket) => onMessages(socket, (question) => sendMessage(socket, reply(question)))).listen(0, HERE);
  await once(tcp, 'listening');
  const { port } = tcp.address() as AddressInfo;
  const udp = createSocket('udp4').bind(port, HERE);
  await once(udp, 'listening');
  udp.on('message', (question, from) => udp.send(reply(question), from.port, from.address));
  onTestFinished(() => void (tcp.close(), udp.close()));
  return { at: { address: HERE, port }, asked };
}

/** A port at which nothing listens. */
async function silent(): Promise<At> {
  const server = createServer().listen(0, HERE);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return { address: HERE, port };
}

async function serving(agents: readonly At[], others: readonly At[]): Promise<At> {
  const server = await serveNames({ address: HERE, port: 0 }, { agents: () => agents, others: () => others });
  onTestFinished(() => server.close());
  return server.at;
}

test.each(['udp', 'tcp'] as const)('over %s Consul is asked about .consul and nothing else, word for word', async (over) => {
  const [consul, others] = [await upstream(5), await upstream(1)];
  const at = await serving([consul.at], [others.at]);
  const ask = (name: string) => askDnsRaw(at, { name, type: 33, over, edns: 4096 });
  expect(await ask('web.service.consul')).toEqual({ answers: 5, code: 0, truncated: false });
  expect(await ask('WEB.Service.CONSUL')).toMatchObject({ answers: 5 });
  expect(await ask('consul')).toMatchObject({ answers: 5 });
  expect(await ask('consul.example.test')).toMatchObject({ answers: 1 });
  expect(await ask('notconsul')).toMatchObject({ answers: 1 });
  expect(consul.asked[0]).toEqual(rawQuestion({ name: 'web.service.consul', type: 33, edns: 4096 }));
  expect([consul.asked.length, others.asked.length]).toEqual([3, 2]);
});

test.each(['udp', 'tcp'] as const)('over %s the next agent answers for one that does not, and that nobody does is said', async (over) => {
  const [gone, there] = [await silent(), await upstream(2)];
  const question = { name: 'web.service.consul', type: 1, over } as const;
  expect(await askDnsRaw(await serving([gone, there.at], []), question)).toMatchObject({ answers: 2, code: 0 });
  // SERVFAIL: whoever asks tries another resolver.
  expect(await askDnsRaw(await serving([gone], []), question)).toEqual({ answers: 0, code: 2, truncated: false });
  // REFUSED: this one is not for it.
  expect(await askDnsRaw(await serving([there.at], []), { ...question, name: 'example.test' })).toMatchObject({ code: 5 });
});

test('what is no question harms nobody', async () => {
  const consul = await upstream(1);
  const at = await serving([consul.at], []);
  const socket = createSocket('udp4');
  const pointer = Buffer.from(rawQuestion({ name: 'a.consul', type: 1 }));
  pointer[12] = 0xc0;
  for (const junk of [
    Buffer.alloc(0),
    Buffer.from('hello'),
    Buffer.alloc(12),
    pointer,
    rawQuestion({ name: 'a.consul', type: 1 }).subarray(0, 16),
  ])
    await new Promise((done) => socket.send(junk, at.port, at.address, done));
  socket.close();
  expect(await askDnsRaw(at, { name: 'web.service.consul', type: 1 })).toMatchObject({ answers: 1, code: 0 });
  expect(consul.asked).toHaveLength(1);
});
