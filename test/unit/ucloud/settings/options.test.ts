import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../../../../src/options/resolve.js';
import { valueProblem } from '../../../../src/options/value-problem.js';
import { checkSettings, describeSettings } from '../../../../src/ucloud/settings/check-settings.js';
import { describeHosts } from '../../../../src/ucloud/settings/describe-hosts.js';
import { parseClientClass } from '../../../../src/ucloud/settings/client-classes.js';
import { overlap } from '../../../../src/ucloud/settings/option-checks.js';
import { ucloudOptions, type UcloudSettings } from '../../../../src/ucloud/settings/options.js';
import { hintLine } from '../../../helpers/hint-line.js';

const problem = (key: keyof typeof ucloudOptions, value: unknown): string | undefined => valueProblem(ucloudOptions[key], value);

const settingsWith = (changes: Partial<UcloudSettings> = {}): UcloudSettings => ({
  ...resolveOptions(ucloudOptions, { answers: { projectId: 'org-1', allowIp: ['203.0.113.7/32'] } }).settings,
  ...changes,
});

const check = (changes: Partial<UcloudSettings> = {}, name = 'prod') => checkSettings(settingsWith(changes), { name });

it('has a default for everything but the project and who may reach it', () => {
  expect(resolveOptions(ucloudOptions, {})).toMatchObject({ problems: [], missing: ['projectId', 'allowIp'] });
  expect(check()).toEqual([]);
});

describe('values', () => {
  it.each([
    ['allowIp', ['203.0.113.7/32', '198.51.100.0/24']],
    ['allowIp', ['0.0.0.0/0']],
    ['clientType', 'os-standard-16'],
    ['clientType', 'n-highcpu-1'],
    ['consulDataDisk', 0],
    ['consulDataDisk', 8000],
    ['managementCidr', '192.168.0.0/24'],
    ['managementCidr', '172.16.0.0/12'],
    ['clientClasses', []],
    ['clientClasses', ['batch:2:o-highcpu-8', 'web:1']],
    ['versions.consul', '1.22.0'],
    ['sshPublicKeys', ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ2v me, at home']],
    ['baseUrl', 'http://127.0.0.1:7780'],
  ] as const)('%s may be %j', (key, value) => expect(problem(key, value)).toBeUndefined());

  it.each([
    ['allowIp', [], 'at least one word'],
    ['allowIp', ['203.0.113.7'], '"203.0.113.7" must be a range'],
    ['allowIp', ['203.0.113.7/24'], 'must end in zeros after its 24 bits: 203.0.113.0/24'],
    ['allowIp', ['203.0.113.7/33'], 'must be a range'],
    ['allowIp', ['203.0.113.7/32', '2001:db8::7'], '"2001:db8::7" is of IPv6'],
    ['allowIp', ['::/0'], '"::/0" is of IPv6'],
    ['allowIp', ['2001:db8::/32'], 'is of IPv6, and addresses and firewalls of hosts at UCloud are of IPv4 alone'],
    ['allowIp', ['203.0.113.7'], '203.0.113.7/32 is this address alone'],
    ['allowIp', ['203.0.113.7/32', '203.0.113.7/32'], 'is there twice'],
    ['allowIp', ['224.0.0.0/4'], '"224.0.0.0/4" has nobody\'s addresses'],
    ['allowIp', ['203.0.113.7/32', '255.255.255.255/32'], '"255.255.255.255/32" has nobody\'s addresses'],
    ['allowIp', ['0.0.0.0/32'], "has nobody's addresses"],
    ['allowIp', Array.from({ length: 101 }, (_, last) => `203.0.113.${last}/32`), 'must be 100 ranges at most (are 101)'],
    ['projectId', '', 'must be an id'],
    ['region', 'cn bj2', 'must be an id'],
    ['vpcId', 'uvnet 1', 'must be an id'],
    ['zones', ['cn-bj2-02', 'cn-bj2-02'], '"cn-bj2-02" is there twice'],
    ['baseUrl', 'https://me:secret@api.ucloud.cn', 'must not hold a user or password'],
    ['packageMirror', 'https://me:secret@mirror', 'must not hold a user or password'],
    ['dockerPackages', ['ftp://files/docker.deb'], '"ftp://files/docker.deb" must begin with https:// or http://'],
    ['bootDiskType', 'cloud_normal', 'must be one of cloud_rssd, cloud_ssd'],
    ['clientClasses', ['a:150', 'b:51'], '200 clients at most'],
    ['sshPublicKeys', ['rubbish'], '"rubbish" must be a line such as ssh-ed25519'],
    ['sshPublicKeys', ['-----BEGIN OPENSSH PRIVATE KEY-----b3Blbn'], 'this is a private one'],
    ['clientType', 'o-standard-3', 'must be such as o-standard-4'],
    ['clientType', 'o-customized-4-6', 'must be such as'],
    ['consulServers', 2, 'must be 1, 3 or 5'],
    ['consulDataDisk', 10, 'between 20 and 8000'],
    ['consulDataDisk', 25, 'in steps of 10'],
    ['managementCidr', '8.8.8.0/24', 'must lie in 10.0.0.0/8'],
    ['managementCidr', '10.80.0.0/25', 'at least a /24'],
    ['managementCidr', '10.80.1.0/16', 'must end in zeros'],
    ['zones', ['a', 'b', 'c', 'd'], 'three at most'],
    ['clientClasses', ['batch'], '"batch" must be name:count'],
    ['clientClasses', ['batch:2', 'batch:3'], 'class "batch" is there twice'],
    ['clientClasses', ['batch:2:gigantic'], 'must be name:count'],
    ['bandwidth', 0, 'between 1 and 800'],
    ['baseUrl', 'api.ucloud.cn', 'must begin with https:// or http://'],
    ['fileServer', 'ftp://files', 'must begin with https:// or http://'],
  ] as const)('%s may not be %j', (key, value, text) => expect(problem(key, value)).toContain(text));
});

const ALL_N = { consulServerType: 'n-basic-2', nomadServerType: 'n-basic-2', clientType: 'n-basic-2', buildType: 'n-basic-2' };
const ALL_IMAGES = { consulServerImage: 'uimage-1', nomadServerImage: 'uimage-2', clientImage: 'uimage-3' };

it('no secret comes back in a message', () => {
  expect(problem('baseUrl', 'https://me:secret@api.ucloud.cn')).not.toContain('secret@');
  expect(problem('dockerPackages', ['https://me:secret@files/docker.deb'])).not.toContain('secret@');
  expect(problem('sshPublicKeys', ['-----BEGIN OPENSSH PRIVATE KEY-----b3Blbn'])).not.toContain('b3Blbn');
});

describe('together', () => {
  it.each<[Partial<UcloudSettings>, string]>([
    [{ allowIp: ['203.0.113.0/24', '0.0.0.0/0'] }, 'lets the whole world reach SSH, Consul and Nomad'],
    [{ allowIp: ['0.0.0.0/1', '128.0.0.0/1'] }, 'allowIp 0.0.0.0/1, 128.0.0.0/1 lets the whole world reach SSH, Consul and Nomad'],
    [{ profile: 'poc' }, 'profile poc leaves the cluster open'],
    [{ clientsCidr: '10.80.128.0/20' }, 'share addresses'],
    [{ vpcId: 'uvnet-1' }, 'vpcId and subnetId go together'],
    [{ clientSubnetId: 'subnet-1' }, 'clientVpcId and clientSubnetId go together'],
    [{ privateBuilds: true }, 'privateBuilds needs vpcId and subnetId'],
    [{ clientType: 'n-basic-2' }, 'instance type n-basic-2 boots from cloud_ssd or local_ssd or local_normal'],
    [{ bootDiskType: 'cloud_ssd' }, 'instance type o-basic-2 boots from cloud_rssd, and bootDiskType is cloud_ssd'],
    [{ buildType: 'n-basic-2' }, 'buildType n-basic-2 boots from'],
    [{ ...ALL_N, bootDiskType: 'cloud_ssd' }, 'dataDiskType cloud_rssd does not go with instance type n-basic-2'],
    [
      { ...ALL_N, bootDiskType: 'local_ssd' },
      'dataDiskType cloud_rssd does not go with instance type n-basic-2 and bootDiskType local_ssd',
    ],
  ])('%j is refused', (changes, text) => {
    const [conflict, ...others] = check(changes);
    expect(others).toEqual([]);
    expect(conflict?.text).toContain(text);
    expect(conflict?.why).toBeTruthy();
    // What is said to settle it does.
    const mended = { ...changes, ...conflict?.fix } as Partial<UcloudSettings>;
    if (conflict?.fix) expect(check(mended)).toEqual([]);
    else expect(hintLine(conflict?.next)).toMatch(/^nomadctl /);
  });

  it.each<[string, Partial<UcloudSettings>, number]>([
    ['of images', {}, 25],
    ['of hosts, where images are given', ALL_IMAGES, 38],
    ['of hosts in a class', { ...ALL_IMAGES, clientClasses: [`${'k'.repeat(20)}:1`] }, 24],
    ['of hosts in a class, shorter than those of images', { clientClasses: [`${'k'.repeat(20)}:1`] }, 24],
  ])('a name may be as long as names %s allow', (_, changes, most) => {
    expect(check(changes, 'c'.repeat(most))).toEqual([]);
    expect(check(changes, 'c'.repeat(most + 1))).toMatchObject([
      { text: expect.stringContaining('too long a name') as string, next: `nomadctl init ${'c'.repeat(most)} --target ucloud` },
    ]);
  });

  it('what was agreed to is allowed', () => {
    const agreed = { allowIp: ['0.0.0.0/0'], allowAnyone: true, profile: 'poc', acceptInsecure: true } as const;
    expect(check(agreed)).toEqual([]);
  });
});

it('counts clients by class where there are classes', () => {
  const classes = settingsWith({ clientClasses: ['batch:2:o-highcpu-8', 'web:1'], consulServers: 1 });
  expect(describeSettings(classes)).toBe('1 Consul server, 3 Nomad servers, 3 clients in cn-bj2');
  expect(describeHosts(classes)).toBe('1 Consul and 3 Nomad servers o-basic-2, 2 batch clients o-highcpu-8, 1 web client o-standard-4');
  expect(describeHosts({ ...classes, consulServerType: 'o-basic-4' })).toMatch(/^1 Consul server o-basic-4, 3 Nomad servers o-basic-2, /);
  expect(parseClientClass('batch:2')).toEqual({ name: 'batch', count: 2 });
});

it('knows which ranges share addresses', () => {
  expect(overlap('10.80.0.0/16', '10.81.0.0/16')).toBe(false);
  expect(overlap('10.80.0.0/12', '10.81.0.0/16')).toBe(true);
  expect(overlap('10.81.0.0/16', '10.80.0.0/12')).toBe(true);
});
