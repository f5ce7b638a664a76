import { fstatSync, statSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';

/*
 * Node opens standard output and error when they are first named, and loads sockets and terminals for that: a seventh of its own
 * start. A result that goes to a file or a pipe does without.
 */

/** Whether a terminal is there. Only what may be one is asked for by Node's own means. */
export function isTerminal(fd: number): boolean {
  const found = statOf(() => fstatSync(fd));
  return found !== undefined && found.isCharacterDevice() && found.rdev !== statOf(() => statSync('/dev/null'))?.rdev && isatty(fd);
}

/** What a pipe takes at once, empty as ours is at first: https://man7.org/linux/man-pages/man7/pipe.7.html */
const PIPE_BYTES = 64 * 1024;

/** Where results go. */
interface ResultStream {
  readonly isTTY: boolean;
  write(text: string): void;
}

/**
 * Standard output, for what is no terminal. Short texts are written at once; what a reader is too slow for goes through Node's
 * own stream, so that signals are heard meanwhile.
 * @param stream opens Node's own
 * @param onError is told what the stream would have told
 */
export function plainOutput(stream: () => NodeJS.WriteStream, onError: (error: NodeJS.ErrnoException) => void): ResultStream {
  let room = PIPE_BYTES;
  return {
    isTTY: false,
    write(text) {
      const bytes = Buffer.from(text);
      room -= bytes.length;
      const rest = room < 0 ? bytes : writeNow(bytes, onError);
      if (rest.length === 0) return;
      room = 0;
      stream().write(rest);
    },
  };
}

/** Returns what could not be written without waiting. */
function writeNow(bytes: Buffer, onError: (error: NodeJS.ErrnoException) => void): Buffer {
  let rest = bytes;
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(1, rest));
    return rest;
  } catch (cause) {
    const error = cause as NodeJS.ErrnoException;
    if (error.code === 'EAGAIN') return rest;
    onError(error);
    return rest.subarray(rest.length);
  }
}

function statOf<Stats>(look: () => Stats): Stats | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
