import { INSTANCE_LABEL } from './network/names.js';

export { INSTANCE_LABEL };
export const HOST_LABEL = `${INSTANCE_LABEL}.host`;
/** Which installation of the host a container is. */
export const INSTALL_LABEL = `${INSTANCE_LABEL}.install`;
export const IMAGE_LABEL = `${INSTANCE_LABEL}.image`;
/** Base images, which all emulators share. */
export const BASE_LABEL = `${INSTANCE_LABEL}.base`;
export const BASE_REPOSITORY = 'nomadctl-emulator';

/** Names of what an emulator makes on the engine. */
export interface EngineNames {
  readonly instance: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Finds all of it. */
  readonly filter: { readonly label: readonly string[] };
  container(host: string): string;
  /** Of /var/lib/docker inside of a host. */
  volume(host: string): string;
  /** With its tag. */
  image(image: string): string;
  /** A volume that is there as long as anything else is. */
  readonly mark: string;
}

export function engineNames(instance: string): EngineNames {
  const prefix = `nomadctl-emulator-${instance}`;
  return {
    instance,
    labels: { [INSTANCE_LABEL]: instance },
    filter: { label: [`${INSTANCE_LABEL}=${instance}`] },
    container: (host) => `${prefix}-${host}`,
    volume: (host) => `${prefix}-${host}-docker`,
    image: (image) => `${prefix}:${image}`,
    mark: `${prefix}-mark`,
  };
}
