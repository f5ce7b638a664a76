import type { Conflict } from '../../options/conflict.js';
import { isLocalDisk } from './disk-types.js';
import { wantedHosts, type WantedHost } from './wanted-hosts.js';
import { sizeOf } from './instance-type.js';
import type { UcloudSettings } from './options.js';
import { nomadctl } from '@nomadctl/base/hint/hint';

type Boot = UcloudSettings['bootDiskType'];
type Data = UcloudSettings['dataDiskType'];

/**
 * Which boot disks go with a family of machines, and which data disks with those. Families that are not here are newer than
 * the document, and UCloud itself says what they take. https://docs.ucloud.cn/api/uhost-api/uhost_type
 */
const FAMILIES: Readonly<Record<string, Partial<Record<Boot, readonly Data[]>>>> = {
  O: { cloud_rssd: ['cloud_rssd', 'cloud_ssd', 'cloud_normal'] },
  OPRO: { cloud_rssd: ['cloud_rssd', 'cloud_ssd', 'cloud_normal'] },
  N: { cloud_ssd: ['cloud_ssd', 'cloud_normal'], local_ssd: ['local_ssd'], local_normal: ['local_normal'] },
  C: { cloud_ssd: ['cloud_ssd'], local_ssd: ['local_ssd'] },
};

/** Why a host of this type cannot boot from such a disk, or nothing. */
export function bootDiskProblem(type: string, bootDiskType: Boot): string | undefined {
  const boots = FAMILIES[familyOf(type)];
  if (boots === undefined || boots[bootDiskType]) return undefined;
  return `boots from ${Object.keys(boots).join(' or ')}, and bootDiskType is ${bootDiskType}`;
}

/** Types of boot disk that go with all these types of hosts, those with data disks first. */
export function bootDisksFor(types: readonly string[]): readonly Boot[] {
  return BOOTS.filter((candidate) => types.every((type) => bootDiskProblem(type, candidate) === undefined));
}

/** What UCloud would refuse when hosts are made, or images built. */
export function diskConflicts(settings: UcloudSettings): Conflict[] {
  const all = wantedHosts(settings);
  const hosts = all.filter((host) => !hasOwnDisks(host, settings));
  const types = [...new Set(hosts.map(({ instanceType }) => instanceType))];
  const builds = settings.consulServerImage === '' || settings.nomadServerImage === '' || settings.clientImage === '';
  const problem = bootConflict(types, settings) ?? (builds ? buildConflict(types, settings) : undefined);
  if (problem) return [problem];
  const shared = hosts.some(({ dataDisk }) => dataDisk > 0) ? dataConflicts(types, settings) : [];
  return [...shared, ...sizeConflicts(hosts, settings), ...classConflicts(all, settings)];
}

/** Whether its class says other disks than the settings say for all hosts. */
function hasOwnDisks(host: WantedHost, { bootDiskType, dataDiskType }: UcloudSettings): boolean {
  return host.bootDiskType !== bootDiskType || host.dataDiskType !== dataDiskType;
}

/** In GB: https://docs.ucloud.cn/api/uhost-api/disk_type */
const LARGEST: Readonly<Partial<Record<Data, number>>> = { local_ssd: 1000, local_normal: 2000 };

function sizeConflicts(hosts: readonly WantedHost[], { dataDiskType }: UcloudSettings): Conflict[] {
  const most = LARGEST[dataDiskType] ?? Infinity;
  const [large] = hosts.filter((host) => host.dataDisk > most);
  if (!large) return [];
  const key = large.role === 'client' ? 'clientDataDisk' : large.role === 'nomad-server' ? 'nomadDataDisk' : 'consulDataDisk';
  return [
    {
      text: `${key} ${large.dataDisk} is more than ${dataDiskType} disks have`,
      why: `they have ${most} GB at most`,
      fix: { [key]: most },
    },
  ];
}

/** What is wrong with the disks of a class that says its own; of each class the first. */
function classConflicts(hosts: readonly WantedHost[], settings: UcloudSettings): Conflict[] {
  const firsts = hosts.filter((host) => host.role === 'client' && host.number === 1);
  return firsts.flatMap((host) => {
    const why = classProblem(host, hasOwnDisks(host, settings));
    if (why === undefined) return [];
    return [{ text: `class ${host.class} of clientClasses cannot have these disks`, why, fix: { clientClasses: ['<classes>'] } }];
  });
}

function classProblem(host: WantedHost, hasOwn: boolean): string | undefined {
  const { instanceType: type, bootDiskType: boot, bootDisk, dataDiskType: data, dataDisk } = host;
  if (bootDisk > 0 && isLocalDisk(boot)) return `boot disks of type ${boot} are as large as their image: leave bootDisk out`;
  if (!hasOwn) return undefined;
  const bootProblem = bootDiskProblem(type, boot);
  if (bootProblem !== undefined) return `instance type ${type} ${bootProblem}`;
  if (dataDisk === 0) return undefined;
  const fitting = dataDisksOf(type, boot);
  if (!fitting.includes(data))
    return `with bootDiskType ${boot}, ${type} has data disks of type ${fitting.join(' or ')}, and none of ${data}`;
  const most = LARGEST[data] ?? Infinity;
  return dataDisk > most ? `${data} disks have ${most} GB at most, and dataDisk is ${dataDisk}` : undefined;
}

function bootConflict(types: readonly string[], { bootDiskType, buildType }: UcloudSettings): Conflict | undefined {
  const wrong = types.find((type) => bootDiskProblem(type, bootDiskType) !== undefined);
  if (wrong === undefined) return undefined;
  const [boot] = bootDisksFor(types);
  return {
    text: `instance type ${wrong} ${bootDiskProblem(wrong, bootDiskType)}`,
    ...(boot === undefined
      ? { why: `no type of boot disk goes with all of ${types.join(', ')}`, next: nomadctl`config explain bootDiskType` }
      : {
          why: 'one type of boot disk is for all hosts',
          fix: { bootDiskType: boot, ...fixForData(types, boot), ...fixForBuilds(types, boot, buildType) },
        }),
  };
}

/** Those that data disks go with first. */
const BOOTS: readonly Boot[] = ['cloud_rssd', 'cloud_ssd', 'local_ssd', 'local_normal'];

function buildConflict([type = '']: readonly string[], { buildType, bootDiskType }: UcloudSettings): Conflict | undefined {
  const problem = bootDiskProblem(buildType, bootDiskType);
  return problem === undefined
    ? undefined
    : { text: `buildType ${buildType} ${problem}`, why: 'images are built with the boot disk of the hosts', fix: { buildType: type } };
}

function fixForBuilds([type = '']: readonly string[], boot: Boot, buildType: string): Conflict['fix'] & object {
  return bootDiskProblem(buildType, boot) === undefined ? {} : { buildType: type };
}

function dataConflicts(types: readonly string[], { bootDiskType, dataDiskType }: UcloudSettings): Conflict[] {
  const wrong = types.find((type) => !dataDisksOf(type, bootDiskType).includes(dataDiskType));
  if (wrong === undefined) return [];
  return [
    {
      text: `dataDiskType ${dataDiskType} does not go with instance type ${wrong} and bootDiskType ${bootDiskType}`,
      why: `${dataDisksOf(wrong, bootDiskType).join(' and ')} would`,
      fix: fixForData(types, bootDiskType),
    },
  ];
}

const DATA: readonly Data[] = ['cloud_rssd', 'cloud_ssd', 'cloud_normal'];

function dataDisksOf(type: string, boot: Boot): readonly Data[] {
  const boots = FAMILIES[familyOf(type)];
  return boots ? (boots[boot] ?? []) : isLocalDisk(boot) ? [boot as Data] : DATA;
}

function fixForData(types: readonly string[], boot: Boot): Conflict['fix'] & object {
  const data = [...DATA, boot].find((candidate) => types.every((type) => dataDisksOf(type, boot).includes(candidate)));
  return data === undefined ? {} : { dataDiskType: data };
}

const familyOf = (type: string): string => sizeOf(type).MachineType;
