import { expect, it } from 'vitest';
import { encodeParams } from '../../../../src/clients/ucloud/encode-params.js';
import { signatureOf, signed } from '../../../../src/clients/ucloud/signature.js';
import { secretOf } from '../../../helpers/secret-values.js';

/** https://docs.ucloud.cn/api/summary/signature: keys, parameters and result as UCloud publishes them. */
it("agrees with UCloud's own example", () => {
  const params = {
    Action: 'DescribeUHostInstance',
    Region: 'cn-bj2',
    Limit: '10',
    PublicKey: 'ucloudsomeone@example.com1296235120854146120',
  };
  expect(signatureOf(params, secretOf('46f09bb9fab4f12dfc160dae12273d5332b5debe'))).toBe('cba5cf5ec4d4233d206b1b54951e3787350a642f');
});

it('signs text outside of ASCII, lists and reserved characters as they are', () => {
  const params = encodeParams({
    Action: 'CreateVPC',
    Name: '集群 net&1',
    Network: ['10.20.0.0/16', '192.168.0.0/16'],
    ProjectId: 'org-demo01',
    PublicKey: 'demoPublicKey0001==',
    Region: 'cn-bj2',
    Tag: 'Default',
  });
  expect(params).toMatchObject({ 'Network.0': '10.20.0.0/16', 'Network.1': '192.168.0.0/16' });
  expect(signatureOf(params, secretOf('demoPrivateKey0002'))).toBe('c5d074edbe1fb2d1543f1c916b4531f68e0613f0');
});

it('signs what is true, and sorts indexes as text', () => {
  const params = {
    Action: 'TerminateUHostInstance',
    ProjectId: 'org-demo01',
    PublicKey: 'demoPublicKey0001==',
    Region: 'cn-bj2',
    ...encodeParams({ ReleaseEIP: true, ReleaseUDisk: false, UHostId: 'uhost-demo0001' }),
  };
  expect(signatureOf(params, secretOf('demoPrivateKey0002'))).toBe('36ba3493540ede03c8d62be230dd32d69e715f6d');
});

it('writes nested parameters with dots, and leaves out what is empty', () => {
  const params = { Disks: [{ IsBoot: true, Size: 20 }, { Size: 0 }], Zone: undefined, Remark: '', Tags: [], Rate: 1.5 };
  expect(encodeParams(params)).toEqual({ 'Disks.0.IsBoot': 'true', 'Disks.0.Size': '20', 'Disks.1.Size': '0', Rate: '1.5' });
});

it('opens the keys for what is sent, and for nothing else', () => {
  const keys = { publicKey: secretOf('demoPublicKey0001=='), privateKey: secretOf('demoPrivateKey0002') };
  const form = signed({ Action: 'GetRegion' }, keys);
  expect(form).toEqual({
    Action: 'GetRegion',
    PublicKey: 'demoPublicKey0001==',
    Signature: signatureOf({ Action: 'GetRegion', PublicKey: 'demoPublicKey0001==' }, keys.privateKey),
  });
  expect(JSON.stringify(form)).not.toContain('demoPrivateKey0002');
});
