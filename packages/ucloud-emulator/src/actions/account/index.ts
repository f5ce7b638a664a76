export { assumeRole } from './assume-role.js';
export { getBalance } from './get-balance.js';
export { getProjectList } from './get-project-list.js';
export { getRegion } from './get-region.js';
