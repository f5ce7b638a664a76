import { hostParams } from '../cloud-parts.js';
import type { DispatchedCloud } from '../dispatched-cloud.js';
import { casesOf } from './refusal-case.js';

const create = (c: DispatchedCloud, more: object) => c.call('CreateUHostInstance', { ...hostParams(c), ...more });
const small = { name: 'X1', cpus: [2, 4], memoryPerCpu: [2], cpuPlatforms: ['Intel/Auto'], zones: ['cn-bj2-02'] };
const SEEDED = { options: { catalogue: { instanceTypes: [small] } } };
const key = { publicKey: 'p', privateKey: 's' };
const accountWith = (...ids: string[]) => ({
  options: { accounts: [{ name: 'x', projects: ids.map((id) => ({ id, name: id })), keys: [key] }] },
});

/** What the cloud offers, and who may have it. */
export const offerCases = casesOf([
  [
    'scope/catalogue.ts: Params [MachineType] not valid: must be one of …',
    230,
    (c) => create(c, { MachineType: 'Q' }),
    { says: 'must be one of N, C, O, OM' },
  ],
  [
    'scope/catalogue.ts: Params [MachineType] not valid: … is not in …',
    230,
    (c) => create(c, { MachineType: 'X1', Zone: 'cn-bj2-03' }),
    { ...SEEDED, says: 'X1 is not in cn-bj2-03' },
  ],
  [
    'scope/catalogue.ts: Params [CPU] not valid: must be one of … for …',
    230,
    (c) => create(c, { MachineType: 'X1', CPU: 3 }),
    { ...SEEDED, says: 'one of 2, 4 for X1' },
  ],
  [
    'scope/catalogue.ts: Params [Memory] not valid: must be one of … for … cores of …',
    230,
    (c) => create(c, { MachineType: 'X1', CPU: 4, Memory: 4096 }),
    { ...SEEDED, says: 'one of 8192 for 4 cores' },
  ],
  [
    'http/dispatch.ts: Action […] is not emulated: …',
    161,
    (c) => c.call('CreateLoadBalancer'),
    { says: 'CreateULB and CreateVServer make classic ones' },
  ],
  [
    'actions/account/terminate-project.ts: Project […] is the last one of the account',
    58001,
    (c) => c.call('TerminateProject'),
    accountWith('org-a'),
  ],
  [
    'actions/account/terminate-project.ts: Project […] has … resources',
    58001,
    (c) => {
      c.ok('CreateVPC', { Name: 'net', 'Network.0': '192.168.0.0/16' });
      return c.call('TerminateProject');
    },
    { ...accountWith('org-a', 'org-b'), says: 'Project [org-a] has 1 resources' },
  ],
  [
    'actions/images/import-custom-image.ts: Hosts on this computer are made of its own images: the file can not run here',
    58006,
    (c) =>
      c.call('ImportCustomImage', {
        ...{ ImageName: 'mine', UFileUrl: 'http://a/b.raw', OsType: 'CentOS', OsName: 'CentOS 7.2 64位', Format: 'RAW', Auth: 'true' },
      }),
    { options: { limits: { real: true } } },
  ],
]);
