export { checkUhostResourceCapacity } from './check-uhost-resource-capacity.js';
export { describeAvailableInstanceTypes } from './describe-available-instance-types.js';
export { describeUdiskPrice } from './describe-udisk-price.js';
export { getEipPrice } from './get-eip-price.js';
export { getUhostInstancePrice } from './get-uhost-instance-price.js';
