import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';

/** Networks that a build may be reached from when it has a private address only. https://www.rfc-editor.org/rfc/rfc1918 */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

/**
 * A firewall for one temporary host, so that not the whole world may try its password: packer by itself takes the account's
 * default one. Returns its id.
 */
export async function createBuildFirewall(
  api: UcloudApi,
  { name, allowIp, isPrivate }: { readonly name: string; readonly allowIp: readonly string[]; readonly isPrivate: boolean },
): Promise<string> {
  const Rule = [...allowIp, ...(isPrivate ? PRIVATE : [])].map((range) => `TCP|22|${range}|ACCEPT|HIGH|packer`);
  const { FWId } = await api.call('CreateFirewall', { Name: name, Tag: name, Remark: 'of an image build; goes with it', Rule });
  return FWId;
}
