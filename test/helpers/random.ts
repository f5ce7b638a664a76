/** xorshift32: the same seed gives the same numbers, so that a failure can be looked at. */
export function randomFrom(seed: number): (below: number) => number {
  let state = (Math.imul(seed, 2654435761) ^ seed) | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
