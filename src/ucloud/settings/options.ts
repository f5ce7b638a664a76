import { between, odd } from '../../options/count-checks.js';
import { choice, count, flag, list, text, type Option, type Settings } from '../../options/option.js';
import { clientCertificates } from '../../config/client-certificates.js';
import { clusterOptions } from '../../config/cluster-options.js';
import {
  absoluteOrNone,
  callers,
  diskSize,
  id,
  idOrNone,
  instanceType,
  jumpHostOrNone,
  providers,
  publicKeys,
  vpcCidr,
  webAddress,
  webAddresses,
  webAddressOrNone,
  zoneNames,
} from './option-checks.js';
import { clientClasses, MOST_CLIENTS } from './client-classes.js';
import { chargeTypes } from './charge-types.js';
import { bootDiskTypes, dataDiskTypes } from './disk-types.js';

/** Everything that can be set about a cluster on UCloud. `init` asks in this order where UCloud has nothing to offer. */
export const ucloudOptions = {
  projectId: text({ summary: 'project at UCloud that the cluster belongs to, such as org-abc123', placeholder: 'id', check: id }),
  region: text({ summary: 'region of UCloud', placeholder: 'region', default: 'cn-bj2', check: id }),
  zones: list({
    summary: 'availability zones that hosts are spread over, one to three; without any: the first three of the region',
    default: [],
    mayBeEmpty: true,
    check: zoneNames,
  }),
  baseUrl: text({
    summary: "address of UCloud's API, or of an emulator",
    placeholder: 'url',
    default: 'https://api.ucloud.cn',
    check: webAddress,
  }),
  profile: choice({
    summary:
      'secure: agents know each other by certificates, and ask everybody else for a token; poc: they do whatever those ask whom allowIp lets in; plain: the same, of clusters that earlier releases made',
    choices: ['secure', 'poc', 'plain'],
    default: 'secure',
  }),
  clientCertificates,
  allowIp: list({
    summary: 'ranges that may reach SSH, Consul and Nomad, such as 203.0.113.7/32',
    check: callers,
  }),
  allowAnyone: flag({ summary: 'let allowIp be the whole world', default: false }),
  acceptInsecure: flag({ summary: 'agree to what profile poc leaves open', default: false }),
  baseImage: text({
    summary: 'id of the image that ours are built on; without one: the newest Debian 12',
    placeholder: 'id',
    default: '',
    check: idOrNone,
  }),
  consulServers: count({ summary: 'Consul servers: 1, 3 or 5', default: 3, check: odd }),
  nomadServers: count({ summary: 'Nomad servers: 1, 3 or 5', default: 3, check: odd }),
  clients: count({ summary: 'nodes that run jobs', default: 3, check: between(0, MOST_CLIENTS) }),
  clientClasses: list({
    summary:
      'classes of clients as name:count or name:count:instance-type, instead of one class of clients; behind it what differs: image=, bootDisk=, bootDiskType=, dataDisk=, dataDiskType=, chargeType=, zones=a+b, volume=/srv/cache:100, meta.key=value',
    default: [],
    mayBeEmpty: true,
    check: clientClasses,
  }),
  consulServerType: typeOf('Consul servers', 'o-basic-2'),
  nomadServerType: typeOf('Nomad servers', 'o-basic-2'),
  clientType: typeOf('clients', 'o-standard-4'),
  bootDiskType: choice({ summary: 'type of boot disks', choices: bootDiskTypes, default: 'cloud_rssd' }),
  dataDiskType: choice({ summary: 'type of data disks', choices: dataDiskTypes, default: 'cloud_rssd' }),
  consulDataDisk: diskOf('each Consul server', 20),
  nomadDataDisk: diskOf('each Nomad server', 20),
  clientDataDisk: diskOf('each client', 40),
  chargeType: choice({
    summary: 'dynamic: by the hour, can be given back at any time; month, year: paid in advance',
    choices: chargeTypes,
    default: 'dynamic',
  }),
  bandwidth: count({ summary: 'bandwidth of each public address, in Mbit/s', placeholder: 'mbps', default: 10, check: between(1, 800) }),
  publicAddresses: choice({
    summary:
      'which hosts get a public address in mode test; those without reach the internet only through a NAT gateway, and ssh reaches them through a server',
    choices: ['all', 'servers'],
    default: 'all',
  }),
  mode: choice({
    summary:
      'test: every host may have a public address; public: clients have one, and servers never; private: no host has one, and images are built without',
    choices: ['test', 'public', 'private'],
    default: 'test',
  }),
  jumpHost: text({
    summary:
      'computer through which hosts without a public address are reached, as user@host or user@host:port; direct: this computer reaches them, by a VPN or from a VPC beside; without one: a host of the cluster that has a public address',
    placeholder: 'host',
    default: '',
    check: jumpHostOrNone,
  }),
  jumpSshConfig: text({
    summary: 'configuration file by which ssh reaches the jumpHost; without one: your own',
    placeholder: 'file',
    default: '',
    check: absoluteOrNone,
  }),
  natGateway: flag({ summary: 'make NAT gateways, by which hosts without a public address reach the internet', default: false }),
  innerBalancers: flag({
    summary: "make inner load balancers before the APIs of Consul's and Nomad's servers, which connected networks reach",
    default: false,
  }),
  openDynamicPorts: flag({ summary: 'let allowIp reach the ports that Nomad gives to jobs, 20000 to 32000', default: false }),
  managementCidr: text({ summary: "range of the servers' VPC", placeholder: 'cidr', default: '10.80.0.0/16', check: vpcCidr }),
  clientsCidr: text({ summary: "range of the clients' VPC", placeholder: 'cidr', default: '10.81.0.0/16', check: vpcCidr }),
  vpcId: existing('VPC of the servers'),
  subnetId: existing('subnet of the servers'),
  clientVpcId: existing('VPC of the clients'),
  clientSubnetId: existing('subnet of the clients'),
  controllerVpcId: text({
    summary: 'VPC to connect with both, such as that of this computer',
    placeholder: 'id',
    default: '',
    check: idOrNone,
  }),
  fileServer: address('where images fetch Consul and Nomad from, as nomadctl mirror serves them; without one: releases.hashicorp.com'),
  packageMirror: address('mirror of the system packages for images; without one: as the base image has it'),
  dockerMirror: address("mirror of Docker's own packages; without one: docker.io on Debian, download.docker.com elsewhere"),
  dockerPackages: list({
    summary: 'addresses of Docker packages to install on clients instead of the usual ones',
    default: [],
    mayBeEmpty: true,
    check: webAddresses,
  }),
  registryMirrors: list({
    summary:
      "addresses that clients ask for docker's images before Docker Hub, such as a pull-through cache; a new client has none of its own",
    default: [],
    mayBeEmpty: true,
    check: webAddresses,
  }),
  pluginMirror: address("mirror that terraform's providers are fetched from, also into /plugin of client images; without one: no /plugin"),
  plugins: list({
    summary: 'providers for /plugin as namespace/name, or namespace/name@version',
    default: ['ucloud/ucloud', 'hashicorp/nomad'],
    mayBeEmpty: true,
    check: providers,
  }),
  buildType: typeOf('temporary hosts that images are built on', 'o-basic-2'),
  privateBuilds: flag({ summary: 'build images over private addresses, from inside the VPC', default: false }),
  consulServerImage: image('Consul servers'),
  nomadServerImage: image('Nomad servers'),
  clientImage: image('clients'),
  sshPublicKeys: list({
    summary: "public keys that may log in, besides the cluster's own",
    default: [],
    mayBeEmpty: true,
    check: publicKeys,
  }),
  ...clusterOptions,
} as const;

export type UcloudSettings = Settings<typeof ucloudOptions>;

function typeOf(hosts: string, usual: string): Option<string> {
  return text({ summary: `instance type of ${hosts}`, placeholder: 'type', default: usual, check: instanceType });
}

function diskOf(host: string, usual: number): Option<number> {
  return count({ summary: `data disk of ${host}, in GB; 0: none`, placeholder: 'gb', default: usual, check: diskSize });
}

function existing(thing: string): Option<string> {
  return text({ summary: `${thing}, by id; without one it is made`, placeholder: 'id', default: '', check: idOrNone });
}

function image(hosts: string): Option<string> {
  return text({
    summary: `image of ${hosts}, by id, instead of the one that build-images made`,
    placeholder: 'id',
    default: '',
    check: idOrNone,
  });
}

function address(summary: string): Option<string> {
  return text({ summary, placeholder: 'url', default: '', check: webAddressOrNone });
}
