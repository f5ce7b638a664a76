import { casesOf } from './refusal-case.js';

const key = { publicKey: 'limited', privateKey: 'secret' };
const projects = [
  { id: 'org-a', name: 'a' },
  { id: 'org-b', name: 'b' },
];
const limitedTo = (rights: object) => ({ options: { accounts: [{ name: 'x', projects, keys: [{ ...key, ...rights }] }], keys: key } });
const many = Array.from({ length: 5001 }, (_, index) => index);
const nested = (depth: number): object => (depth === 0 ? { deep: 1 } : { deeper: nested(depth - 1) });

/** What is wrong with a request whatever it asks for: how it is written, signed and spelled, and what its key may do. */
export const requestCases = casesOf([
  ['http/read-request.ts: Params [body] not valid: must be JSON', 230, (c) => c.send('{', 'application/json')],
  ['http/read-request.ts: Params [body] not valid: must be a JSON object', 230, (c) => c.send('[]', 'application/json')],
  [
    'http/read-request.ts: Params [body] not valid: has more than … parameters',
    230,
    (c) => c.send(many.map((index) => `p${index}=1`).join('&')),
  ],
  [
    'http/read-request.ts: Params [body] not valid: has more than … parameters (2)',
    230,
    (c) => c.send(JSON.stringify({ many }), 'application/json'),
  ],
  [
    'http/read-request.ts: Params [body] not valid: is nested deeper than … levels',
    230,
    (c) => c.send(JSON.stringify(nested(6)), 'application/json'),
  ],
  ['http/dispatch.ts: Missing Action', 160, (c) => c.send('PublicKey=x')],
  ['http/dispatch.ts: Action […] not exists', 161, (c) => c.call('MakeCoffee'), { says: '[MakeCoffee]' }],
  ['http/dispatch.ts: Missing Signature', 170, (c) => c.call('DescribeVPC', { Signature: undefined })],
  ['http/dispatch.ts: Missing params [PublicKey]', 220, (c) => c.call('DescribeVPC', { PublicKey: undefined })],
  ['http/dispatch.ts: Token Not Exists', 174, (c) => c.call('DescribeVPC', { SecurityToken: 'made-up' })],
  ['http/dispatch.ts: User Not Exists', 172, (c) => c.call('DescribeVPC', { PublicKey: 'nobody' })],
  ['http/dispatch.ts: Signature VerifyAC Error', 171, (c) => c.call('DescribeVPC', { Signature: 'ab'.repeat(20) })],
  ['http/dispatch.ts: Missing params [az_group]', 220, (c) => c.call('DescribeVPC', { Region: undefined })],
  ['http/dispatch.ts: Params [Region] not available: …', 230, (c) => c.call('DescribeVPC', { Region: 'mars' }), { says: 'mars' }],
  [
    'http/dispatch.ts: Params [Zone] not valid: … is not in …',
    230,
    (c) => c.call('DescribeUDisk', { Zone: 'hk-01' }),
    { says: 'hk-01 is not in cn-bj2' },
  ],
  ['scope/accounts.ts: Project […] not exists', 292, (c) => c.call('DescribeVPC', { ProjectId: 'org-others' })],
  [
    'scope/accounts.ts: No permission for project […]',
    299,
    (c) => c.call('DescribeVPC', { ProjectId: 'org-b' }),
    limitedTo({ projects: ['org-a'] }),
  ],
  [
    'scope/accounts.ts: Params [Region] not available: no permission for …',
    230,
    (c) => c.call('DescribeVPC', { Region: 'hk' }),
    limitedTo({ regions: ['cn-bj2'] }),
  ],
  ['scope/accounts.ts: No permission for action […]', 299, (c) => c.call('CreateVPC'), limitedTo({ actions: ['Describe*'] })],
  ['params/param.ts: Params […] not valid: must have … to … characters', 230, (c) => c.call('DeleteVPC', { VPCId: 'x'.repeat(101) })],
  [
    'params/param.ts: Params […] not valid: must be …',
    230,
    (c) =>
      c.call('CreateUHostInstance', {
        Zone: c.zone,
        ImageId: 'x',
        'Disks.0.IsBoot': 'true',
        'Disks.0.Type': 'CLOUD_SSD',
        'Disks.0.Size': 20,
        UserData: '!',
      }),
    { says: '[UserData] not valid: must be base64 of at most 16384 bytes' },
  ],
  [
    'params/param.ts: Params […] not valid: must be one of …',
    230,
    (c) => c.call('CreateULB', { OuterMode: 'Perhaps' }),
    { says: 'must be one of Yes, No' },
  ],
  ['params/param.ts: Params […] not valid: must be an integer', 230, (c) => c.call('DescribeEIP', { Limit: '1e3' })],
  [
    'params/param.ts: Params […] not valid: must be … to …',
    230,
    (c) => c.call('DescribeEIP', { Limit: -1 }),
    { says: 'must be 0 to 10000000' },
  ],
  [
    'params/param.ts: Params […] not valid: must be a multiple of …',
    230,
    (c) => c.call('ResizeUHostInstance', { UHostId: 'uhost-a', Memory: 1025 }),
    { says: 'a multiple of 1024' },
  ],
  [
    'params/param.ts: Params […] not valid: must be true or false',
    230,
    (c) => c.call('TerminateUHostInstance', { UHostId: 'uhost-a', ReleaseEIP: 'yes' }),
  ],
  ['params/param.ts: Missing params […]', 220, (c) => c.call('DeleteVPC'), { says: '[VPCId]' }],
  ['params/param.ts: Missing params […] (2)', 220, (c) => c.call('CreateVPC', { Name: 'net' }), { says: '[Network]' }],
  [
    'params/param.ts: Params […] not valid: must be a list, indexed from 0',
    230,
    (c) => c.call('CreateVPC', { Name: 'net', 'Network.first': '10.0.0.0/8' }),
  ],
  [
    'params/param.ts: Params […] not valid: must have at most … entries',
    230,
    (c) =>
      c.call('CreateVPC', { Name: 'net', ...Object.fromEntries(many.slice(0, 101).map((index) => [`Network.${index}`, '10.0.0.0/8'])) }),
    { says: 'at most 100 entries' },
  ],
  // Each kind has a code of its own: see not-found.test.ts.
  ['scope/scope.ts: The … […] not exists', 54002, (c) => c.call('DeleteVPC', { VPCId: 'uvnet-gone' }), { says: 'The VPC [uvnet-gone]' }],
]);
