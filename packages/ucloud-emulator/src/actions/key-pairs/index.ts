export { createUhostKeyPair } from './create-uhost-key-pair.js';
export { deleteUhostKeyPairs } from './delete-uhost-key-pairs.js';
export { describeUhostKeyPairs } from './describe-uhost-key-pairs.js';
export { importUhostKeyPairs } from './import-uhost-key-pairs.js';
