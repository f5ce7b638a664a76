/** With which names a cluster's secrets file keeps what is UCloud's. Users have files with them: they never change. */
export const UCLOUD_SECRETS = {
  publicKey: 'ucloudPublicKey',
  privateKey: 'ucloudPrivateKey',
} as const;

/** What earlier versions kept there: a password of root's on every host. */
export const RETIRED_SECRETS: readonly string[] = ['rootPassword'];

/** What a cluster that was taken down keeps: its keys, for whoever brings it back. */
export const LASTING_SECRETS: readonly string[] = [UCLOUD_SECRETS.publicKey, UCLOUD_SECRETS.privateKey];
