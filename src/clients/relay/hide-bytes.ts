import { Transform } from 'node:stream';

/** As long as the value and of its form, so that lengths that were told before stay right: zeros, with the dashes of a UUID. */
export function blankOf(value: string): string {
  return value.replace(/[^-]/g, '0');
}

/**
 * A stream in which blanks stand for every place of a value. Only what may be the value's beginning waits for what comes next, so
 * streams of events are not held up.
 */
export function hideBytes(value: string): Transform {
  const [wanted, blank] = [Buffer.from(value), Buffer.from(blankOf(value))];
  let held: Buffer = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const whole = Buffer.concat([held, chunk]);
      for (let at = whole.indexOf(wanted); at >= 0; at = whole.indexOf(wanted, at + wanted.length)) blank.copy(whole, at);
      const rest = whole.length - beginningAtEnd(whole, wanted);
      held = whole.subarray(rest);
      done(null, whole.subarray(0, rest));
    },
    flush(done) {
      done(null, held);
    },
  });
}

/** How many of the last bytes are the first ones of a value, which may go on in the next chunk. */
function beginningAtEnd(whole: Buffer, wanted: Buffer): number {
  for (let length = Math.min(wanted.length - 1, whole.length); length > 0; length--) {
    if (whole.subarray(whole.length - length).equals(wanted.subarray(0, length))) return length;
  }
  return 0;
}
