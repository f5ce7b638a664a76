import { expect } from 'vitest';
import type { Hint } from '../../packages/base/src/hint/hint.js';
import { renderHint } from '../../packages/base/src/hint/render-hint.js';

/** Loaded before every test file: a hint equals the line that it is where nothing else was given. */
expect.addEqualityTesters([
  (a: unknown, b: unknown): boolean | undefined => {
    const [hint, line] = typeof a === 'string' ? [b, a] : [a, b];
    return typeof line === 'string' && isHint(hint) ? renderHint(hint) === line : undefined;
  },
]);

function isHint(value: unknown): value is Hint {
  return typeof value === 'object' && value !== null && 'parts' in value && Array.isArray(value.parts) && Object.keys(value).length === 1;
}
