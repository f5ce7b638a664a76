import type { Conflict } from '../../options/conflict.js';
import { wantedHosts } from './wanted-hosts.js';
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
  N: { cloud_ssd: ['cloud_ssd', 'cloud_normal'], local_ssd: [], local_normal: [] },
  C: { cloud_ssd: ['cloud_ssd'], local_ssd: [] },
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
  const hosts = wantedHosts(settings);
  const types = [...new Set(hosts.map(({ instanceType }) => instanceType))];
  const builds = settings.consulServerImage === '' || settings.nomadServerImage === '' || settings.clientImage === '';
  const problem = bootConflict(types, settings) ?? (builds ? buildConflict(types, settings) : undefined);
  if (problem) return [problem];
  return hosts.some(({ dataDisk }) => dataDisk > 0) ? dataConflicts(types, settings) : [];
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
  if (bootDiskType.startsWith('local_')) {
    return [
      {
        text: `hosts with boot disks of type ${bootDiskType} have no data disks`,
        why: "terraform's provider joins data disks to boot disks in the cloud alone",
        fix: NO_DISKS,
      },
    ];
  }
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

const NO_DISKS = { consulDataDisk: 0, nomadDataDisk: 0, clientDataDisk: 0 };
const DATA: readonly Data[] = ['cloud_rssd', 'cloud_ssd', 'cloud_normal'];

function dataDisksOf(type: string, boot: Boot): readonly Data[] {
  const boots = FAMILIES[familyOf(type)];
  return boots ? (boots[boot] ?? []) : DATA;
}

function fixForData(types: readonly string[], boot: Boot): Conflict['fix'] & object {
  if (boot.startsWith('local_')) return NO_DISKS;
  const data = DATA.find((candidate) => types.every((type) => dataDisksOf(type, boot).includes(candidate)));
  return data === undefined ? {} : { dataDiskType: data };
}

const familyOf = (type: string): string => sizeOf(type).MachineType;
