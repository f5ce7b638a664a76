import type { LintRule } from '../lint-rule.js';
import { healthCheck } from './health-check.js';
import { imageTag } from './image-tag.js';
import { loopbackAddress } from './loopback-address.js';
import { progressDeadline } from './progress-deadline.js';
import { shutdownDelay } from './shutdown-delay.js';
import { staticPort } from './static-port.js';
import { templateSplay } from './template-splay.js';

/** All of them; a new one is a file beside this and a line here. */
export const lintRules: readonly LintRule[] = [
  healthCheck,
  shutdownDelay,
  progressDeadline,
  templateSplay,
  staticPort,
  imageTag,
  loopbackAddress,
];
