import type { CheckSpec } from '../../clients/nomad-job-model.js';

/** Nomad's own names of checks have quotes in them: `service: "web" check`. */
export function checkName(name: string): string {
  return name.includes('"') ? `check ${name}` : `check "${name}"`;
}

/** What a check asks: an address, or a command. */
export function asked(check: CheckSpec, place = 'no address yet'): string {
  const { Type, Protocol, Path, Method, Command, Args, TaskName, GRPCService } = check;
  if (Type === 'script') return `${[Command, ...(Args ?? [])].join(' ')}${TaskName ? ` in task ${TaskName}` : ''}`;
  if (Type === 'http') return `${Method && Method !== 'GET' ? `${Method} ` : ''}${Protocol || 'http'}://${place}${Path ?? ''}`;
  return `${Type} ${place}${GRPCService ? `/${GRPCService}` : ''}`;
}

const ANSWER_LENGTH = 160;

/** An answer in a line; it may be a whole page. */
export function oneLine(text: string): string {
  const words = text
    .replace(/<(style|script)\b[^>]*>.*?<\/\1>/gis, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return words.length > ANSWER_LENGTH ? `${words.slice(0, ANSWER_LENGTH)} ...` : words;
}
