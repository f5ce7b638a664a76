import type { Listed, Paging } from './paging.js';

/** Calls about hosts, their images, disks and isolation groups, with the fields that we read. https://docs.ucloud.cn/api/uhost-api */
export interface HostActions {
  readonly DescribeImage: {
    params: Paging & { ImageId?: string; Zone?: string; ImageType?: 'Base' | 'Business' | 'Custom'; OsType?: 'Linux' | 'Windows' };
    reply: Listed & { readonly ImageSet: readonly Image[] };
  };
  readonly CreateCustomImage: {
    params: { UHostId: string; ImageName: string; ImageDescription?: string };
    reply: { readonly ImageId: string };
  };
  readonly TerminateCustomImage: { params: { ImageId: string }; reply: object };
  readonly DescribeUHostInstance: {
    params: Paging & { UHostIds?: readonly string[]; Zone?: string; Tag?: string; VPCId?: string; SubnetId?: string };
    reply: Listed & { readonly UHostSet: readonly Host[] };
  };
  readonly CreateUHostInstance: { params: NewHost; reply: { readonly UHostIds: readonly string[] } };
  readonly StartUHostInstance: { params: { UHostId: string }; reply: object };
  readonly StopUHostInstance: { params: { UHostId: string }; reply: object };
  readonly PoweroffUHostInstance: { params: { UHostId: string }; reply: object };
  readonly TerminateUHostInstance: {
    params: { UHostId: string; ReleaseEIP?: boolean; ReleaseUDisk?: boolean };
    reply: { readonly InRecycle?: 'Yes' | 'No' };
  };
  readonly DescribeUDisk: {
    params: Paging & { UDiskId?: string; Zone?: string };
    reply: Listed & { readonly DataSet: readonly Disk[] };
  };
  readonly CreateUDisk: {
    params: { Zone: string; Size: number; Name: string; DiskType: string; ChargeType: string; Quantity: number; Tag: string };
    reply: { readonly UDiskId: readonly string[] };
  };
  readonly AttachUDisk: { params: { UDiskId: string; HostId: string; Zone: string }; reply: object };
  readonly DetachUDisk: { params: { UDiskId: string; HostId: string; Zone: string }; reply: object };
  readonly DeleteUDisk: { params: { UDiskId: string; Zone: string }; reply: object };
  readonly DescribeIsolationGroup: {
    params: Paging & { GroupId?: string };
    reply: Listed & { readonly IsolationGroupSet: readonly IsolationGroup[] };
  };
  readonly DeleteIsolationGroup: { params: { GroupId: string }; reply: object };
}

export interface NewHost {
  readonly Zone: string;
  readonly ImageId: string;
  readonly Name: string;
  readonly ChargeType: string;
  readonly LoginMode: 'Password';
  /** In base64. */
  readonly Password: string;
  readonly MachineType: string;
  readonly CPU: number;
  /** In MB. */
  readonly Memory: number;
  readonly Disks: readonly { readonly IsBoot: boolean; readonly Type: string; readonly Size: number }[];
  readonly SecurityGroupId?: string;
  readonly VPCId?: string;
  readonly SubnetId?: string;
}

export interface Image {
  readonly ImageId: string;
  readonly ImageName: string;
  readonly ImageType: 'Base' | 'Business' | 'Custom';
  readonly ImageSize: number;
  readonly OsType: string;
  readonly OsName: string;
  readonly State: 'Available' | 'Making' | 'Copying' | 'Unavailable' | (string & {});
  readonly Features?: readonly string[];
  /** Seconds since 1970. */
  readonly CreateTime: number;
  readonly ImageDescription?: string;
  readonly Zone?: string;
}

export interface Host {
  readonly UHostId: string;
  readonly Name: string;
  readonly Tag: string;
  readonly Zone: string;
  readonly Remark?: string;
  readonly State:
    'Initializing' | 'Starting' | 'Running' | 'Stopping' | 'Stopped' | 'Rebooting' | 'Install Fail' | 'ResizeFail' | (string & {});
  readonly MachineType: string;
  readonly CPU: number;
  /** In MB. */
  readonly Memory: number;
  readonly ChargeType: string;
  readonly BasicImageId: string;
  readonly ImageId: string;
  readonly IsolationGroup?: string;
  readonly CreateTime: number;
  readonly IPSet: readonly HostAddress[];
  readonly DiskSet: readonly {
    readonly DiskId: string;
    readonly DiskType: string;
    readonly Size: number;
    readonly IsBoot: 'True' | 'False';
  }[];
}

export interface HostAddress {
  readonly Type: 'Private' | 'Bgp' | 'International' | (string & {});
  readonly IP: string;
  /** Of the EIP, for public ones. */
  readonly IPId?: string;
  readonly VPCId?: string;
  readonly SubnetId?: string;
}

export interface Disk {
  readonly UDiskId: string;
  readonly Name: string;
  readonly Tag: string;
  readonly Zone: string;
  readonly Size: number;
  readonly DiskType: string;
  readonly Status: 'Available' | 'Attaching' | 'InUse' | 'Detaching' | (string & {});
  readonly ChargeType: string;
  readonly UHostId?: string;
  /** `/dev/vdb`, while it is attached. */
  readonly DeviceName?: string;
  readonly IsBoot?: string;
}

export interface IsolationGroup {
  readonly GroupId: string;
  readonly GroupName: string;
  readonly Remark?: string;
}
