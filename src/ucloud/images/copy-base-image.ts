import { randomBytes } from 'node:crypto';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { waitFor } from '@nomadctl/base/wait-for';
import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import { OutcomeError } from '@nomadctl/base/errors';
import { sizeOf } from '../settings/instance-type.js';
import type { ImagesContext, ImageWork } from './images-state.js';

export interface Copy {
  /** Of the temporary host. */
  readonly name: string;
  readonly work: ImageWork;
  readonly zone: string;
  /** Id of the temporary host's firewall. */
  readonly firewall: string;
  readonly description: string;
  readonly line: (text: string) => void;
}

const TIMEOUT_MS = 20 * 60_000;
const PAUSE_MS = 1000;

/**
 * What packer does for an image with nothing installed, without packer: a host of the base image, and an image of that host.
 * Nobody logs in, so it has no public address. Leaves the host to the caller. Returns the image's id.
 * @throws OutcomeError for a host or an image that does not come; what UCloud refuses, as the client throws it.
 */
export async function copyBaseImage(at: ImagesContext, api: UcloudApi, copy: Copy): Promise<string> {
  const host = await makeHost(at, api, copy);
  copy.line(`host ${host} is being made`);
  const stateOfHost = async () => (await api.call('DescribeUHostInstance', { UHostIds: [host] })).UHostSet[0]?.State;
  await becomes(at, { what: `host ${host}`, wanted: 'Running', ask: stateOfHost });
  // UCloud reads the disk: what a running host has not yet written is not in it.
  await api.call('StopUHostInstance', { UHostId: host });
  await becomes(at, { what: `host ${host}`, wanted: 'Stopped', ask: stateOfHost });
  const request = { UHostId: host, ImageName: copy.work.name, ImageDescription: copy.description };
  const { ImageId } = await api.call('CreateCustomImage', request);
  copy.line(`image ${ImageId} is being made`);
  const stateOfImage = async () => (await api.call('DescribeImage', { ImageId })).ImageSet[0]?.State;
  await becomes(at, { what: `image ${ImageId}`, wanted: 'Available', ask: stateOfImage });
  return ImageId;
}

async function makeHost({ cluster: { settings } }: ImagesContext, api: UcloudApi, { name, work, zone, firewall }: Copy): Promise<string> {
  const [base] = (await api.call('DescribeImage', { ImageId: work.base.id })).ImageSet;
  const { UHostIds } = await api.call('CreateUHostInstance', {
    ...{ Zone: zone, ImageId: work.base.id, Name: name, ChargeType: 'Dynamic', SecurityGroupId: firewall },
    // UCloud wants a password of every host. Of letters and digits; it is nobody's.
    ...{ LoginMode: 'Password', Password: Buffer.from(`aA1${randomBytes(12).toString('hex')}`).toString('base64') },
    ...sizeOf(settings.buildType),
    Disks: [{ IsBoot: true, Type: settings.bootDiskType.toUpperCase(), Size: base?.ImageSize ?? 20 }],
    ...(settings.vpcId === '' ? {} : { VPCId: settings.vpcId }),
    ...(settings.subnetId === '' ? {} : { SubnetId: settings.subnetId }),
  });
  return UHostIds[0] ?? '';
}

interface Becoming {
  readonly what: string;
  readonly wanted: string;
  /** Nothing while a list does not have it: lists may be a moment old. */
  readonly ask: () => Promise<string | undefined>;
}

async function becomes({ clock, signal, cluster }: ImagesContext, { what, wanted, ask }: Becoming): Promise<void> {
  const next = nomadctl`build-images --bare --cluster ${cluster.name}`;
  const state = await waitFor({ what, timeoutMs: TIMEOUT_MS, pauseMs: PAUSE_MS, clock, signal, next }, async () => {
    const seen = (await ask()) ?? 'not listed';
    return seen === wanted || /Fail|Unavailable/.test(seen) ? { value: seen } : { observed: seen };
  });
  if (state !== wanted) throw new OutcomeError(`${what} is ${state}`, { code: 'build-failed', why: 'UCloud could not make it', next });
}
