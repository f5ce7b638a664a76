import type { UcloudKeys } from '../../clients/ucloud/ucloud-api.js';

/** Names of the two keys: those of UCloud's terraform provider, then those of older scripts. */
export const KEY_VARIABLES = [
  ['UCLOUD_PUBLIC_KEY', 'UCLOUD_PRIVATE_KEY'],
  ['UCLOUD_PUBKEY', 'UCLOUD_SECRET'],
] as const;

/** The keys of the environment and the variables they came from; nothing unless both are set. */
export function keysFromEnvironment(env: Readonly<Record<string, string | undefined>>): {
  readonly keys?: UcloudKeys;
  readonly where?: string;
} {
  for (const [publicName, privateName] of KEY_VARIABLES) {
    const [publicKey, privateKey] = [env[publicName]?.trim(), env[privateName]?.trim()];
    if (publicKey && privateKey) return { keys: { publicKey, privateKey }, where: `${publicName} and ${privateName}` };
  }
  return {};
}

/** The variable that is missing where only one of a pair is set, and no pair is whole. */
export function missingVariable(env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (keysFromEnvironment(env).keys) return undefined;
  return KEY_VARIABLES.filter((names) => names.some((name) => env[name]?.trim())).map((names) =>
    names.find((name) => !env[name]?.trim()),
  )[0];
}
