import type { UcloudNetwork } from '../ucloud-state.js';
import { tagOf } from '../cluster-tag.js';
import type { UcloudCluster } from '../ucloud-subject.js';
import type { AssignedHost } from './assign-hosts.js';
import { hostConfigs, type HostConfigs } from '../../agents/config/host-configs.js';
import { portsOfHosts } from '../../cluster/cluster-host.js';
import { guardRules } from '../../machines/port-guard.js';
import { openPorts } from '../settings/open-ports.js';
import { publicRoles } from '../settings/wanted-hosts.js';
import type { RootValues } from '../../terraform/render-root.js';

export interface ClusterValuesInput {
  readonly cluster: UcloudCluster;
  readonly network: UcloudNetwork;
  readonly hosts: readonly AssignedHost[];
  /** In the form of authorized_keys, ours first. */
  readonly sshPublicKeys: readonly string[];
}

/** Values of the `cluster` root. What root passwords are made from is not among them: it goes by `TF_VAR_root_password`. */
export function clusterValues({ cluster, network, hosts, sshPublicKeys }: ClusterValuesInput): RootValues {
  const { settings } = cluster;
  // Those of a secured cluster get theirs over SSH, with all that is secret.
  const configs = settings.profile === 'secure' ? undefined : hostConfigs(hosts, settings);
  return {
    base_url: settings.baseUrl,
    project_id: settings.projectId,
    region: settings.region,
    cluster: cluster.name,
    name: tagOf(cluster),
    network: {
      management_vpc_id: network.managementVpcId,
      management_subnet_id: network.managementSubnetId,
      client_vpc_id: network.clientVpcId,
      client_subnet_id: network.clientSubnetId,
    },
    allow_ip: settings.allowIp,
    open_ports: openPorts(portsOfHosts(settings.profile === 'secure'), settings),
    guard_rules: guardRules({ networks: [network.managementCidr, network.clientCidr], callers: settings.allowIp }),
    nat_gateways: natGateways(cluster, network),
    ...(settings.innerBalancers ? { inner_balancers: innerBalancers(cluster, hosts) } : {}),
    charge_type: settings.chargeType,
    bandwidth: settings.bandwidth,
    boot_disk_type: settings.bootDiskType,
    data_disk_type: settings.dataDiskType,
    ssh_public_keys: sshPublicKeys,
    hosts: Object.fromEntries(hosts.map((host) => [host.name, hostValues(host, settings, configs?.get(host.name))])),
  };
}

/** A gateway serves subnets of one VPC; who has a public address needs none. */
function natGateways({ settings }: UcloudCluster, network: UcloudNetwork): RootValues {
  const open = publicRoles(settings);
  const parts = [
    ...(open.servers ? [] : [{ key: 'management', vpc: network.managementVpcId, subnet: network.managementSubnetId }]),
    ...(open.clients ? [] : [{ key: 'clients', vpc: network.clientVpcId, subnet: network.clientSubnetId }]),
  ];
  const first = parts.filter(({ vpc }, index) => parts.findIndex((other) => other.vpc === vpc) === index);
  const subnetsIn = (vpc: string): string[] => [...new Set(parts.filter((part) => part.vpc === vpc).map(({ subnet }) => subnet))];
  const wanted = settings.natGateway ? first : [];
  return Object.fromEntries(wanted.map(({ key, vpc }) => [key, { vpc_id: vpc, subnet_ids: subnetsIn(vpc) }]));
}

function innerBalancers({ settings }: UcloudCluster, hosts: readonly AssignedHost[]): RootValues {
  const ports = portsOfHosts(settings.profile === 'secure');
  const namesOf = (role: AssignedHost['role']): string[] => hosts.flatMap((host) => (host.role === role ? [host.name] : []));
  return {
    consul: { port: ports.consulHttp, servers: namesOf('consul-server') },
    nomad: { port: ports.nomadHttp, servers: namesOf('nomad-server') },
  };
}

function hostValues(host: AssignedHost, settings: UcloudCluster['settings'], agents: HostConfigs = {}): RootValues {
  return {
    role: host.role,
    zone: host.zone,
    private_ip: host.privateIp,
    instance_type: host.instanceType,
    image_id: host.imageId,
    data_disk: host.dataDisk,
    public_address: host.publicAddress,
    isolation_group: host.isolationGroup,
    // All that they say is known by now; terraform only puts them into user data.
    agents,
    // What its class says otherwise than the settings of all hosts.
    ...(host.chargeType === settings.chargeType ? {} : { charge_type: host.chargeType }),
    ...(host.bootDiskType === settings.bootDiskType ? {} : { boot_disk_type: host.bootDiskType }),
    ...(host.bootDisk === 0 ? {} : { boot_disk: host.bootDisk }),
    ...(host.dataDiskType === settings.dataDiskType ? {} : { data_disk_type: host.dataDiskType }),
  };
}
