export { copyCustomImage } from './copy-custom-image.js';
export { createCustomImage } from './create-custom-image.js';
export { describeImage } from './describe-image.js';
export { describeUk8sImage } from './describe-uk8s-image.js';
export { importCustomImage } from './import-custom-image.js';
export { terminateCustomImage } from './terminate-custom-image.js';
