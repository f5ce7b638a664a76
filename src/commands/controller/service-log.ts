import type { Context } from '../../context.js';

/** One JSON object a line on standard output: what whoever runs a service collects. */
export type ServiceLog = (event: string, facts?: object) => void;

export function serviceLog({ ui, clock, redact }: Pick<Context, 'ui' | 'clock' | 'redact'>): ServiceLog {
  return (event, facts = {}) => ui.write(`${redact(JSON.stringify({ at: new Date(clock.now()).toISOString(), event, ...facts }))}\n`);
}

/** Whether a line says who leads; nothing for every other line. */
export function leadsIn(line: string): boolean | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const { event, leads } = JSON.parse(line) as { event?: unknown; leads?: unknown };
    return event === 'leader' && typeof leads === 'boolean' ? leads : undefined;
  } catch {
    return undefined;
  }
}
