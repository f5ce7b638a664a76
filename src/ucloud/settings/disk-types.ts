/** UCloud boots from no cloud_normal disk. */
export const bootDiskTypes = ['cloud_rssd', 'cloud_ssd', 'local_ssd', 'local_normal'] as const;

/** Data disks in the host itself go with a boot disk there, of the same type. */
export const dataDiskTypes = ['cloud_rssd', 'cloud_ssd', 'cloud_normal', 'local_ssd', 'local_normal'] as const;

/** Disks that are attached to a host after it was made, and outlive it. */
export const volumeTypes = ['cloud_rssd', 'cloud_ssd', 'cloud_normal'] as const;

export type BootDiskType = (typeof bootDiskTypes)[number];
export type DataDiskType = (typeof dataDiskTypes)[number];
export type VolumeType = (typeof volumeTypes)[number];

export const isLocalDisk = (type: string): boolean => type.startsWith('local_');
