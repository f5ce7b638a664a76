/** With which names a cluster's secrets file keeps what is UCloud's. Users have files with them: they never change. */
export const UCLOUD_SECRETS = {
  publicKey: 'ucloudPublicKey',
  privateKey: 'ucloudPrivateKey',
  /** Of root on every host, until its first boot has closed password login. */
  rootPassword: 'rootPassword',
} as const;

/** What a cluster that was taken down keeps: its keys, for whoever brings it back. */
export const LASTING_SECRETS: readonly string[] = [UCLOUD_SECRETS.publicKey, UCLOUD_SECRETS.privateKey];
