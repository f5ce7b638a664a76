export { createFirewall } from './create-firewall.js';
export { deleteFirewall } from './delete-firewall.js';
export { describeFirewall } from './describe-firewall.js';
export { describeFirewallResource } from './describe-firewall-resource.js';
export { grantFirewall } from './grant-firewall.js';
export { updateFirewall } from './update-firewall.js';
export { updateFirewallAttribute } from './update-firewall-attribute.js';
