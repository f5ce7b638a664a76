export { createFirewall } from './create-firewall.js';
export { deleteFirewall } from './delete-firewall.js';
export { describeFirewallResource } from './describe-firewall-resource.js';
export { describeFirewall } from './describe-firewall.js';
export { disassociateFirewall } from './disassociate-firewall.js';
export { grantFirewall } from './grant-firewall.js';
export { updateFirewallAttribute } from './update-firewall-attribute.js';
export { updateFirewall } from './update-firewall.js';
