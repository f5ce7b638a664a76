/** A size of host as UCloud's API names it; `Memory` in MB. */
export interface InstanceSize {
  /** `O`: UCloud's family of machines. */
  readonly MachineType: string;
  readonly CPU: number;
  readonly Memory: number;
}

/** GB for each core. https://registry.terraform.io/providers/ucloud/ucloud/latest/docs/resources/instance */
const GB_PER_CORE: Readonly<Record<string, number>> = { highcpu: 1, basic: 2, standard: 4, highmem: 8 };

/** `o-standard-4` -> O, 4 cores, 16 GB. Expects a name that the option's check let pass. */
export function sizeOf(type: string): InstanceSize {
  const [family = '', scale = '', cores = ''] = type.split('-');
  const CPU = Number(cores);
  return { MachineType: family.toUpperCase(), CPU, Memory: CPU * (GB_PER_CORE[scale] ?? 0) * 1024 };
}
