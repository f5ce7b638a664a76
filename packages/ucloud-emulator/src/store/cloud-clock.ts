/**
 * The cloud's own time. It runs `scale` times as fast as the real one and can be set and advanced, so that minutes of a
 * real cloud pass in a test at once. Nothing waits on it: states are worked out from it when somebody looks.
 */
export interface CloudClock {
  /** Milliseconds since the epoch. */
  now(): number;
  readonly scale: number;
  set(ms: number): void;
  advance(ms: number): void;
  setScale(scale: number): void;
  /** Where a later clock must go on. */
  anchor(): ClockAnchor;
}

/** At the real time `real` the cloud's time was `cloud`, and ran `scale` times as fast. */
export interface ClockAnchor {
  readonly real: number;
  readonly cloud: number;
  readonly scale: number;
}

/** The computer's clock may be set back: hosts that run must not become ones that start. */
function neverBack(real: () => number): () => number {
  let last = real();
  let lost = 0;
  return () => {
    const time = real() + lost;
    if (time < last) lost += last - time;
    last = Math.max(last, time);
    return last;
  };
}

export function createCloudClock({
  real,
  scale,
  from,
}: {
  readonly real: () => number;
  readonly scale?: number | undefined;
  readonly from?: ClockAnchor | undefined;
}): CloudClock {
  const passing = neverBack(real);
  let anchor: ClockAnchor = from ?? { real: passing(), cloud: passing(), scale: scale ?? 1 };
  const now = (): number => Math.round(anchor.cloud + Math.max(0, passing() - anchor.real) * anchor.scale);
  const move = (cloud: number, newScale = anchor.scale): void => {
    anchor = { real: passing(), cloud, scale: newScale };
  };
  if (scale !== undefined) move(now(), scale);
  return {
    now,
    get scale() {
      return anchor.scale;
    },
    set: (ms) => move(ms),
    advance: (ms) => move(now() + ms),
    setScale: (value) => move(now(), value),
    anchor: () => anchor,
  };
}
