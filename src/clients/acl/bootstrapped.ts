import { wordsOf } from '../http.js';

/** `made`: with our secret. Else somebody has done it before, we or another; a file with that number allows it once more. */
export type Bootstrapped = 'made' | { readonly resetIndex: string };

/** Both programs say it in such words, Consul with 403 and Nomad with 400 (1.22 and 1.11). */
const DONE = /bootstrap (?:already done|no longer allowed) \(reset index: (\d+)\)/;

/** What became of a request for the first management token. */
export async function bootstrapped(request: Promise<unknown>): Promise<Bootstrapped> {
  try {
    await request;
    return 'made';
  } catch (error) {
    const [, resetIndex] = DONE.exec(wordsOf(error) ?? '') ?? [];
    if (resetIndex === undefined) throw error;
    return { resetIndex };
  }
}
