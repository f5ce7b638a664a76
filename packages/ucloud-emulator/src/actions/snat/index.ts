export { addSnatRule } from './add-snat-rule.js';
export { deleteSnatRule } from './delete-snat-rule.js';
export { describeSnatRule } from './describe-snat-rule.js';
export { getAvailableResourceForSnatRule } from './get-available-resource-for-snat-rule.js';
export { getAvailableResourceForWhiteList } from './get-available-resource-for-white-list.js';
export { listSubnetForNatgw } from './list-subnet-for-natgw.js';
export { updateNatgw } from './update-natgw.js';
export { updateSnatRule } from './update-snat-rule.js';
