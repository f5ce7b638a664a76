import { expect, test } from 'vitest';
import { isSignedBy, signatureOf } from '../../../src/http/signature.js';

// The first is UCloud's own (https://docs.ucloud.cn/api/summary/signature); the others were worked out by hand.
const vectors = [
  {
    name: "UCloud's published vector",
    key: '46f09bb9fab4f12dfc160dae12273d5332b5debe',
    params: { Action: 'DescribeUHostInstance', PublicKey: 'ucloudsomeone@example.com1296235120854146120', Region: 'cn-bj2', Limit: '10' },
    signature: 'cba5cf5ec4d4233d206b1b54951e3787350a642f',
  },
  {
    name: 'booleans as text',
    key: 'demoPrivateKey0002',
    params: {
      Action: 'TerminateUHostInstance',
      ProjectId: 'org-demo01',
      PublicKey: 'demoPublicKey0001==',
      Region: 'cn-bj2',
      ReleaseEIP: 'true',
      ReleaseUDisk: 'false',
      UHostId: 'uhost-demo0001',
    },
    signature: '36ba3493540ede03c8d62be230dd32d69e715f6d',
  },
  {
    name: 'Chinese, a list and reserved characters',
    key: 'demoPrivateKey0002',
    params: {
      Action: 'CreateVPC',
      Name: '集群 net&1',
      'Network.0': '10.20.0.0/16',
      'Network.1': '192.168.0.0/16',
      ProjectId: 'org-demo01',
      PublicKey: 'demoPublicKey0001==',
      Region: 'cn-bj2',
      Tag: 'Default',
    },
    signature: 'c5d074edbe1fb2d1543f1c916b4531f68e0613f0',
  },
];

test.each(vectors)('signs $name', ({ key, params, signature }) => {
  expect(signatureOf(params, key)).toBe(signature);
  expect(isSignedBy({ ...params, Signature: signature }, signature, key)).toBe(true);
  expect(isSignedBy(params, signature, `${key}x`)).toBe(false);
});

test('the order of parameters and a Signature among them do not matter', () => {
  const { params, key, signature } = vectors[2]!;
  expect(signatureOf(Object.fromEntries(Object.entries({ ...params, Signature: 'x' }).reverse()), key)).toBe(signature);
});

test('native JSON values sign as their text, lists without indexes, objects by sorted name', () => {
  expect(signatureOf({ n: 42.0, big: 1e21, b: true, f: 0.5 }, 'k')).toBe(
    signatureOf({ n: '42', big: '1000000000000000000000', b: 'true', f: '0.5' }, 'k'),
  );
  expect(signatureOf({ a: ['x', 'y'], o: { b: 1, a: 2 } }, 'k')).toBe(signatureOf({ a: 'xy', o: 'a2b1' }, 'k'));
  expect(signatureOf({ a: null, b: undefined }, 'k')).toBe(signatureOf({}, 'k'));
});

test('names sort by byte: upper case first, Disks.10 before Disks.2', () => {
  expect(signatureOf({ 'Disks.2': 'b', 'Disks.10': 'a', action: 'd', Zone: 'c' }, 'k')).toBe(
    signatureOf({ 'Disks.10aDisks.2bZonecaction': 'd' }, 'k'),
  );
});
