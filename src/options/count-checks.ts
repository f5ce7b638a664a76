import { ruled, type Check } from './option.js';

/** Both ends included. */
export const between = (least: number, most: number): Check<number> =>
  ruled((value) => (value >= least && value <= most ? undefined : `must be between ${least} and ${most}`), {
    minimum: least,
    maximum: most,
  });

/** How many servers a cluster may have. */
export const odd: Check<number> = ruled(
  (value) => ([1, 3, 5].includes(value) ? undefined : 'must be 1, 3 or 5: an even number survives no more failures than one less'),
  { enum: [1, 3, 5] },
);
