import type { Exec } from '../tools/exec.js';

/** Loads execa only when a program is really run: most commands run none. */
export function lazyExec(env: Readonly<Record<string, string | undefined>>): Exec {
  let loading: Promise<Exec> | undefined;
  const load = (): Promise<Exec> => (loading ??= import('../tools/exec.js').then(({ createExec }) => createExec(env)));
  return {
    run: async (...call) => (await load()).run(...call),
    attach: async (...call) => (await load()).attach(...call),
    detach: async (...call) => (await load()).detach(...call),
  };
}
