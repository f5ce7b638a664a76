/** Calls about the account and what can be bought, with the fields that we read. https://docs.ucloud.cn/api */
export interface AccountActions {
  /** One entry for each zone of each region. */
  readonly GetRegion: { params: object; reply: { readonly Regions: readonly RegionEntry[] } };
  readonly GetProjectList: { params: object; reply: { readonly ProjectSet: readonly Project[] } };
  readonly GetBalance: { params: object; reply: { readonly AccountInfo: { readonly Amount?: string; readonly AmountAvailable: string } } };
  readonly DescribeAvailableInstanceTypes: {
    params: { Zone: string; MachineTypes?: readonly string[] };
    reply: { readonly AvailableInstanceTypes: readonly MachineType[] };
  };
  readonly CheckUHostResourceCapacity: { params: HostRequest & { MaxCount?: number }; reply: { readonly ResourceEnough: boolean } };
  /** Without ChargeType, an entry for each. In CNY. */
  readonly GetUHostInstancePrice: {
    params: HostRequest & { Count: number; ChargeType?: string; Quantity?: number };
    reply: { readonly PriceSet: readonly Price[] };
  };
  readonly GetEIPPrice: {
    params: { OperatorName: string; Bandwidth: number; PayMode?: string; ChargeType?: string };
    reply: { readonly PriceSet: readonly Price[] };
  };
  /** In cents. */
  readonly DescribeUDiskPrice: {
    params: { Zone: string; Size: number; DiskType?: string; ChargeType?: string };
    reply: { readonly DataSet: readonly Price[] };
  };
}

export interface RegionEntry {
  readonly Region: string;
  readonly RegionName?: string;
  readonly Zone: string;
  readonly IsDefault?: boolean;
}

export interface Project {
  readonly ProjectId: string;
  readonly ProjectName: string;
  readonly IsDefault?: boolean;
}

export interface MachineType {
  /** `N`, `O`: the first word of an instance type, in capitals. */
  readonly Name: string;
  readonly Zone: string;
  readonly Status: 'Normal' | 'Soldout' | (string & {});
  readonly MachineSizes?: readonly { readonly Collection?: readonly { readonly Cpu: number; readonly Memory: readonly number[] }[] }[];
}

export interface Price {
  readonly ChargeType: string;
  readonly Price: number;
}

/** A host as prices and stock are asked for. */
export interface HostRequest {
  Zone: string;
  ImageId: string;
  CPU: number;
  /** In MB. */
  Memory: number;
  MachineType: string;
  CpuPlatform?: string;
  Disks: readonly { IsBoot: boolean; Type: string; Size: number }[];
}
