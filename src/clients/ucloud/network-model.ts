import type { Listed, Paging } from './paging.js';

/** Calls about networks, addresses, firewalls and balancers, with the fields that we read. https://docs.ucloud.cn/api/vpc2.0-api */
export interface NetworkActions {
  readonly DescribeVPC: {
    params: Paging & { VPCIds?: readonly string[]; Tag?: string };
    reply: Listed & { readonly DataSet: readonly Vpc[] };
  };
  readonly DeleteVPC: { params: { VPCId: string }; reply: object };
  readonly DescribeSubnet: {
    params: Paging & { SubnetIds?: readonly string[]; VPCId?: string; Tag?: string };
    reply: Listed & { readonly DataSet: readonly Subnet[] };
  };
  readonly DescribeSubnetResource: {
    params: Paging & { SubnetId: string; ResourceType?: string };
    reply: Listed & { readonly DataSet: readonly SubnetHolder[] };
  };
  readonly DeleteSubnet: { params: { SubnetId: string }; reply: object };
  readonly DescribeVPCIntercom: {
    params: { VPCId: string; DstRegion?: string; DstProjectId?: string };
    reply: { readonly DataSet: readonly { readonly VPCId: string; readonly ProjectId: string; readonly DstRegion: string }[] };
  };
  readonly DeleteVPCIntercom: { params: { VPCId: string; DstVPCId: string; DstRegion: string; DstProjectId: string }; reply: object };
  readonly DescribeEIP: {
    params: Paging & { EIPIds?: readonly string[]; IPs?: readonly string[] };
    reply: Listed & { readonly EIPSet: readonly Eip[] };
  };
  readonly UnBindEIP: { params: { EIPId: string; ResourceType: string; ResourceId: string }; reply: object };
  readonly ReleaseEIP: { params: { EIPId: string }; reply: object };
  readonly DescribeFirewall: {
    params: Paging & { FWId?: string; ResourceId?: string; ResourceType?: string };
    reply: Listed & { readonly DataSet: readonly Firewall[] };
  };
  readonly DescribeFirewallResource: {
    params: Paging & { FWId: string };
    reply: Listed & {
      readonly ResourceSet: readonly { readonly ResourceID: string; readonly ResourceType: string; readonly Name: string }[];
    };
  };
  /** Each rule `PROTOCOL|PORT|CIDR|ACCEPT or DROP|PRIORITY|REMARK`. */
  readonly CreateFirewall: {
    params: { Name: string; Tag?: string; Remark?: string; Rule: readonly string[] };
    reply: { readonly FWId: string };
  };
  readonly DeleteFirewall: { params: { FWId: string }; reply: object };
  readonly DescribeULB: {
    params: Paging & { ULBId?: string; VPCId?: string; SubnetId?: string };
    reply: Listed & { readonly DataSet: readonly LoadBalancer[] };
  };
  readonly DescribeSSL: {
    params: Paging & { SSLId?: string };
    reply: Listed & { readonly DataSet: readonly Certificate[] };
  };
  readonly DeleteSSL: { params: { SSLId: string }; reply: object };
  readonly DescribeNATGW: {
    params: Paging & { NATGWIds?: readonly string[] };
    reply: Listed & { readonly DataSet: readonly NatGateway[] };
  };
  readonly DeleteNATGW: { params: { NATGWId: string; ReleaseEip?: boolean }; reply: object };
  readonly DeleteULB: { params: { ULBId: string; ReleaseEip?: boolean }; reply: object };
}

/** The way out of a VPC for hosts without public addresses. */
export interface NatGateway {
  readonly NATGWId: string;
  readonly NATGWName: string;
  readonly Tag: string;
  readonly VPCId: string;
}

export interface Vpc {
  readonly VPCId: string;
  readonly Name: string;
  readonly Tag: string;
  readonly Network: readonly string[];
  readonly SubnetCount?: number;
  readonly CreateTime: number;
}

export interface Subnet {
  readonly SubnetId: string;
  readonly SubnetName: string;
  readonly VPCId: string;
  readonly Tag: string;
  /** Without its mask. */
  readonly Subnet: string;
  readonly Netmask: string;
  readonly CreateTime: number;
}

export interface SubnetHolder {
  readonly ResourceId: string;
  readonly ResourceType: string;
  readonly Name?: string;
  readonly IP?: string;
}

export interface Eip {
  readonly EIPId: string;
  readonly Name: string;
  readonly Tag: string;
  readonly Status: 'free' | 'used' | 'freeze' | (string & {});
  readonly Bandwidth: number;
  readonly ChargeType: string;
  readonly PayMode: string;
  readonly EIPAddr: readonly { readonly IP: string; readonly OperatorName: string }[];
  readonly Resource?: { readonly ResourceID?: string; readonly ResourceType?: string; readonly ResourceName?: string };
}

export interface Firewall {
  readonly FWId: string;
  readonly Name: string;
  readonly Tag: string;
  readonly Type: string;
  readonly ResourceCount?: number;
  readonly Rule: readonly {
    readonly ProtocolType: string;
    readonly DstPort: string;
    readonly SrcIP: string;
    readonly RuleAction: string;
    readonly Priority: string;
  }[];
}

export interface LoadBalancer {
  readonly ULBId: string;
  readonly Name: string;
  readonly Tag: string;
  readonly VPCId?: string;
  readonly SubnetId?: string;
  readonly VServerSet?: readonly {
    readonly VServerName: string;
    readonly FrontendPort: number;
    /** Status 0 is well. */
    readonly BackendSet: readonly { readonly ResourceName: string; readonly Status: number }[];
  }[];
}

/** For listeners of load balancers. It has no tag. */
export interface Certificate {
  readonly SSLId: string;
  readonly SSLName: string;
}
