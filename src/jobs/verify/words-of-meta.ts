import { createNomadApi } from '../../clients/nomad-api.js';
import type { CheckContext } from './check-context.js';

/** Puts words of the job's meta in the place of `${meta.NAME}`: what was chosen when it was deployed, nobody else knows. */
export async function wordsOfMeta(text: string, { connection, job, signal }: CheckContext): Promise<string> {
  if (!text.includes('${meta.')) return text;
  const meta = (await createNomadApi(connection.nomad).job(job, signal))?.Meta ?? {};
  return text.replace(/\$\{meta\.(\w+)\}/g, (_, name: string) => {
    const word = meta[name];
    if (word === undefined) throw new Error(`job ${job} has no meta ${name}`);
    return word;
  });
}
