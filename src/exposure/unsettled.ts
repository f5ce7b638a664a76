import { isServed, portKey, type Exposed, type Exposure } from './exposure.js';

/**
 * What is written down before anything is opened or closed: `wanted`, with what a run that ends early leaves to be done. What changes is not
 * served until a run has come to its end, and what goes is remembered until then.
 */
export function unsettled(now: Exposed, wanted: Exposed): Exposed {
  const isThere = (one: Exposure): boolean => now.exposures.some((other) => isEqual(one, other)) && isServed(now, one);
  const gone = [...now.exposures, ...(now.closing ?? [])].filter((one) => !wanted.exposures.some((other) => isEqual(one, other)));
  const closing = gone.filter((one, index) => gone.findIndex((other) => isEqual(one, other)) === index);
  const unserved = wanted.exposures.filter((one) => !isThere(one)).map(portKey);
  return { ...settled(wanted), ...(unserved.length > 0 ? { unserved } : {}), ...(closing.length > 0 ? { closing } : {}) };
}

/** With those not known to be served any more. */
export function doubted(exposed: Exposed, of: readonly Exposure[]): Exposed {
  return { ...exposed, unserved: [...new Set([...(exposed.unserved ?? []), ...of.map(portKey)])] };
}

/** All of it is served, and nothing is left of what went. */
export function settled({ unserved: _unserved, closing: _closing, ...exposed }: Exposed): Exposed {
  return exposed;
}

/** What is not done yet. */
export function isSettled({ unserved = [], closing = [] }: Exposed): boolean {
  return unserved.length + closing.length === 0;
}

/** All that is, or may be, open: with what is to be closed. */
export function everOpen(exposed: Exposed): Exposed {
  return { ...exposed, exposures: [...exposed.exposures, ...(exposed.closing ?? [])] };
}

function isEqual(one: Exposure, other: Exposure): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
