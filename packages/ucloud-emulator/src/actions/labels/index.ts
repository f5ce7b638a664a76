export { bindLabels } from './bind-labels.js';
export { createLabels } from './create-labels.js';
export { deleteLabels } from './delete-labels.js';
export { listLabels } from './list-labels.js';
export { listLabelsByResourceIds } from './list-labels-by-resource-ids.js';
export { listProjectsByLabels } from './list-projects-by-labels.js';
export { listResourcesByLabels } from './list-resources-by-labels.js';
export { unbindLabels } from './unbind-labels.js';
