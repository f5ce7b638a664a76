import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { startEmulator } from '../../src/server.js';
import { emulatedCloud, sign, signedForm, type EmulatedCloud } from '../../../../test/helpers/emulated-cloud.js';

const post = async (cloud: EmulatedCloud, body: string | Uint8Array<ArrayBuffer>, contentType = 'application/x-www-form-urlencoded') =>
  fetch(cloud.url, { method: 'POST', body, headers: { 'content-type': contentType } });

test('a form, JSON with dotted keys, nested JSON and a GET get the same answer', async () => {
  const cloud = await emulatedCloud();
  const form = signedForm(cloud, { action: 'GetRegion' });
  const answers = await Promise.all([
    post(cloud, new URLSearchParams(form).toString()),
    post(cloud, JSON.stringify(form), 'application/json'),
    post(cloud, new URLSearchParams(form).toString(), 'text/plain'),
    fetch(`${cloud.url}/?${new URLSearchParams(form)}`),
  ]);
  const texts = await Promise.all(answers.map((answer) => answer.text()));
  expect(new Set(texts).size).toBe(1);
  expect(JSON.parse(texts[0]!)).toMatchObject({ Action: 'GetRegionResponse', RetCode: 0 });
  expect(answers[0]!.headers.get('x-ucloud-request-uuid')).toMatch(/^[0-9a-f-]{36}$/);
});

test('the body wins over the query; an Action only in the query still counts', async () => {
  const cloud = await emulatedCloud();
  const form = signedForm(cloud, { action: 'GetRegion' });
  const both = await fetch(`${cloud.url}/?Action=GetProjectList`, { method: 'POST', body: new URLSearchParams(form) });
  expect(await both.json()).toMatchObject({ Action: 'GetRegionResponse', RetCode: 0 });
  const { Action: _action, Signature: _signature, ...rest } = form;
  const query = await fetch(`${cloud.url}/?Action=GetRegion`, {
    method: 'POST',
    body: new URLSearchParams({ ...rest, Signature: sign(rest, cloud.credentials.privateKey) }),
  });
  expect(await query.json()).toMatchObject({ Action: 'GetRegionResponse', RetCode: 0 });
});

test('each gateway failure has its code, over HTTP 200', async () => {
  const cloud = await emulatedCloud();
  const { publicKey } = cloud.credentials;
  const send = async (form: Record<string, string>) => (await post(cloud, new URLSearchParams(form).toString())).json();
  expect(await send({ PublicKey: publicKey })).toMatchObject({ RetCode: 160 });
  expect(await send({ Action: 'MakeCoffee', PublicKey: publicKey })).toMatchObject({ RetCode: 161 });
  expect(await send({ Action: 'GetRegion', PublicKey: publicKey })).toMatchObject({ RetCode: 170 });
  expect(await send({ Action: 'GetRegion', Signature: 'x' })).toMatchObject({ RetCode: 220, Message: 'Missing params [PublicKey]' });
  expect(await send({ Action: 'GetRegion', PublicKey: 'nobody', Signature: 'x' })).toEqual({ RetCode: 172, Message: 'User Not Exists' });
  expect(await cloud.call('GetRegion', {}, { publicKey, privateKey: 'wrong' })).toEqual({
    RetCode: 171,
    Message: 'Signature VerifyAC Error',
  });
  expect(await send({ Action: 'constructor', PublicKey: publicKey })).toMatchObject({ RetCode: 161 });
  expect(await cloud.call('GetRegion', { Region: 'cn-bj9' })).toMatchObject({ RetCode: 230 });
  expect(await cloud.call('GetRegion', { ProjectId: 'org-nope' })).toEqual({ RetCode: 292, Message: 'Project [org-nope] not exists' });
  expect(await cloud.call('GetRegion', { SecurityToken: 'forged' })).toMatchObject({ RetCode: 174 });
  expect(await cloud.call('GetRegion')).toMatchObject({ RetCode: 0 });
});

test.each([
  ['cut short', '{"Action":"GetReg'],
  ['a list', '[1,2]'],
  ['a number', '7'],
  ['nested too deep', JSON.stringify({ a: { b: { c: { d: { e: { f: { g: { h: 1 } } } } } } } })],
  ['full of parameters', JSON.stringify(Object.fromEntries(Array.from({ length: 6000 }, (_, index) => [`p${index}`, 1])))],
])('a JSON body that is %s is refused with 230', async (_name, body) => {
  const cloud = await emulatedCloud();
  expect(await (await post(cloud, body, 'application/json')).json()).toMatchObject({
    RetCode: 230,
    Message: expect.stringContaining('[body]'),
  });
  expect(await cloud.call('GetRegion')).toMatchObject({ RetCode: 0 });
});

test('a body of 50 MB gets HTTP 413, announced or not, and the server goes on', async () => {
  const cloud = await emulatedCloud();
  const announced = await post(cloud, new Uint8Array(50 * 1024 * 1024)).then(({ status }) => status);
  expect(announced).toBe(413);
  async function* endless() {
    for (let chunk = 0; chunk < 50; chunk++) yield new Uint8Array(1024 * 1024);
  }
  const streamed = await fetch(cloud.url, { method: 'POST', body: ReadableStream.from(endless()), duplex: 'half' } as RequestInit).then(
    ({ status }) => status,
  );
  expect(streamed).toBe(413);
  expect(await cloud.call('GetRegion')).toMatchObject({ RetCode: 0 });
});

test('what is no HTTP at all gets 400', async () => {
  const cloud = await emulatedCloud();
  const socket = connect(cloud.port, '127.0.0.1');
  const answer = new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
  socket.write('\x16\x03\x01\x02\x00 hello\r\n\r\n');
  expect(await answer).toMatch(/^HTTP\/1\.1 400 /);
});

test('listens on loopback only', async () => {
  const cloud = await emulatedCloud();
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((address) => address && !address.internal && address.family === 'IPv4');
  expect(new URL(cloud.url).hostname).toBe('127.0.0.1');
  if (outside) await expect(fetch(`http://${outside.address}:${cloud.port}/`)).rejects.toThrow();
});

test('a taken port is an error that says so', async () => {
  const cloud = await emulatedCloud();
  await expect(startEmulator({ port: cloud.port })).rejects.toMatchObject({
    code: 'emulator-port',
    why: ['another program listens there'],
  });
});
