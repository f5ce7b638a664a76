import { spawn } from 'node:child_process';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGWINCH'];
/** npm hands a Ctrl-C on that the terminal has already given to everybody: within this time it is the same one. */
const SAME_MS = 300;

/**
 * Runs a program with our own input and output and resolves to its exit code (128 plus the number for a signal). It has a
 * process group of its own and is given each signal once; we outlive it, so its last words come before the prompt. `output`
 * takes what it prints, where `stdio` asks for pipes.
 */
export function runChild(file, argv, { output, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, argv, { stdio: 'inherit', detached: true, ...options });
    for (const stream of [child.stdout, child.stderr]) stream?.pipe(output, { end: false });
    const last = {};
    const forward = (signal) => {
      const now = Date.now();
      if (now - (last[signal] ?? 0) > SAME_MS) child.kill(signal);
      last[signal] = now;
    };
    for (const name of SIGNALS) process.on(name, forward);
    const done = () => SIGNALS.forEach((name) => process.off(name, forward));
    child.on('error', (error) => (done(), reject(error)));
    child.on(
      output ? 'close' : 'exit',
      (code, signal) => (done(), resolve(code ?? 128 + ({ SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal] ?? 0))),
    );
  });
}
