import { createInterface } from 'node:readline';
import type { IncomingMessage } from 'node:http';
import { EngineError } from './engine.js';

/** Reads to its end what the engine tells while it pulls or imports: a JSON object a line. @throws EngineError for what went wrong on the way. */
export async function readProgress(stream: IncomingMessage, onStatus: (status: string) => void = () => undefined): Promise<void> {
  for await (const line of createInterface({ input: stream })) {
    if (line.trim() === '') continue;
    const { error, status, id } = JSON.parse(line) as { error?: string; status?: string; id?: string };
    if (error !== undefined) throw new EngineError(500, error);
    if (status !== undefined && id === undefined) onStatus(status);
  }
}
