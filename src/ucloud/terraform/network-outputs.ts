import { outputsOf } from '../../terraform/inventory.js';
import type { TerraformScope } from '../../terraform/terraform-scope.js';
import type { UcloudNetwork } from '../ucloud-state.js';

/** A cluster's network, from the outputs of its root; empty words before the first apply. */
export async function networkOf(scope: TerraformScope): Promise<UcloudNetwork> {
  const outputs = await outputsOf(scope);
  const text = (name: string): string => String(outputs[name] ?? '');
  return {
    managementVpcId: text('management_vpc_id'),
    managementSubnetId: text('management_subnet_id'),
    managementCidr: text('management_subnet_cidr'),
    clientVpcId: text('client_vpc_id'),
    clientSubnetId: text('client_subnet_id'),
    clientCidr: text('client_subnet_cidr'),
  };
}
