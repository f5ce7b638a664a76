/** What UCloud has in the products that are emulated and the emulator has not, and why: an answer says so. */
const ABSENT: readonly (readonly [why: string, actions: readonly string[]])[] = [
  [
    'application load balancers are not emulated: CreateULB and CreateVServer make classic ones',
    [
      ...['CreateLoadBalancer', 'DeleteLoadBalancer', 'DescribeLoadBalancers', 'UpdateLoadBalancerAttribute'],
      ...['CreateListener', 'DeleteListener', 'DescribeListeners', 'UpdateListenerAttribute', 'AddTargets', 'RemoveTargets'],
      ...['UpdateTargetsAttribute', 'CreateRule', 'DeleteRule', 'DescribeRules', 'UpdateRuleAttribute'],
      ...['AddSSLBinding', 'DeleteSSLBinding', 'UpdateSSLBinding'],
    ],
  ],
  [
    'network ACLs are not emulated: firewalls are',
    [
      ...['CreateNetworkAcl', 'DeleteNetworkAcl', 'DescribeNetworkAcl', 'UpdateNetworkAcl', 'GetNetworkAclTargetResource'],
      ...['CreateNetworkAclEntry', 'DeleteNetworkAclEntry', 'DescribeNetworkAclEntry', 'UpdateNetworkAclEntry'],
      ...['CreateNetworkAclAssociation', 'DeleteNetworkAclAssociation', 'DescribeNetworkAclAssociation'],
      ...['DescribeNetworkAclAssociationBySubnet'],
    ],
  ],
  [
    'security groups (SecGroup) are not emulated: firewalls are, which terraform calls security groups',
    [
      ...['CreateSecGroup', 'DeleteSecGroup', 'DescribeSecGroup', 'UpdateSecGroup', 'CreateSecGroupRule', 'DeleteSecGroupRule'],
      ...['UpdateSecGroupRule', 'AssociateSecGroup', 'AssociateSecGroupDynamic', 'DisassociateSecGroup', 'UpdateSecGroupAssociation'],
      ...['DescribeSecGroupResource', 'DescribeResourceSecGroup', 'SwitchToFirewall', 'SwitchToSecGroup'],
    ],
  ],
  [
    'the data ark is not emulated: CreateUDiskSnapshot keeps what is on a disk',
    ['CloneUDiskUDataArk', 'RestoreUDisk', 'SetUDiskUDataArkMode', 'UpgradeToArkUHostInstance', 'DescribeUHostInstanceSnapshot'],
  ],
  ['there is no recycle bin: what is deleted is gone at once', ['DescribeRecycleUDisk', 'RecoverUDisk']],
  [
    'members and roles of an account come with the seed that the emulator is started with (--seed), as keys with rights',
    [
      ...['InviteSubaccount', 'RemoveMemberFromProject', 'TerminateMember', 'CreateCharacter', 'ModifyCharacter'],
      ...['TerminateCharacter', 'DescribeCharacterList', 'GetNetworkMask', 'SetNetworkMask'],
    ],
  ],
  ['what passes is not counted', ['GetThroughputDailyBillingInfo']],
  ['addresses of a line of their own are not emulated', ['GetEIPExclusiveUTPInfo']],
  ['EIPs are not put on network interfaces as they are', ['EnableUniEipDirectMode', 'DisableUniEipDirectMode']],
  ['a network interface goes out through its heaviest address: ModifyEIPWeight', ['UpdateNetworkInterfaceDefaultOutput']],
  [
    'addresses of a NAT gateway are chosen by AddSnatRule',
    ['UpdateNATGWSnatpool', 'SetGwDefaultExport', 'CreateSnatDnatRule', 'DeleteSnatDnatRule', 'DescribeSnatDnatRule'],
  ],
  ['private addresses are listed by DescribeSubnetResource', ['DescribePrivateIP']],
];

const whyAbsent = new Map(ABSENT.flatMap(([why, names]) => names.map((name) => [name, why] as const)));

/** Why an action of UCloud's is not here; undefined for what UCloud has not, or in a product that is not emulated. */
export function absence(name: string): string | undefined {
  return whyAbsent.get(name);
}

export const absentActions: readonly string[] = [...whyAbsent.keys()];

/** The reasons and their actions, for the page of supported actions. */
export const absences = ABSENT;
