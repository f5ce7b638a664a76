import { networkInterfaces } from 'node:os';
import { UsageError } from '@nomadctl/base/errors';
import { again } from '@nomadctl/base/hint/hint';
import { PROGRAMS } from '../cluster/cluster-node.js';
import type { AgentProgram } from '../cluster/node-roles.js';

/** A network that the proxy serves, by the card of this computer that is in it. */
export interface ProxyLeg {
  readonly card: string;
  /** Of IPv4, of that card. */
  readonly address: string;
  /** Whose APIs it leads to. */
  readonly programs: readonly AgentProgram[];
}

type Cards = Readonly<Record<string, readonly { readonly family: string; readonly address: string }[] | undefined>>;

/**
 * Reads `mgmt0`, or `office0=nomad` for the API of one program alone.
 * @throws UsageError `leg-wrong`, for cards that are not there, have no address, or are there twice
 */
export function readLegs(words: readonly string[], cards: Cards = networkInterfaces()): ProxyLeg[] {
  const legs = words.map((word) => {
    const [card = '', programs] = word.split('=');
    const asked = programs === undefined ? PROGRAMS : PROGRAMS.filter((program) => programs.split(',').includes(program));
    if (programs !== undefined && asked.length !== programs.split(',').length)
      throw wrong(word, `after = come consul, nomad or both, with a comma`);
    const address = cards[card]?.find(({ family }) => family === 'IPv4')?.address;
    if (address === undefined) throw wrong(word, `cards of this computer with an address: ${Object.keys(cards).join(', ')}`);
    return { card, address, programs: asked };
  });
  const twice = legs.find(({ card }, index) => legs.findIndex((other) => other.card === card) !== index);
  if (twice) throw wrong(twice.card, 'it is there twice');
  return legs;
}

function wrong(word: string, why: string): UsageError {
  return new UsageError(`"${word}" is no leg of a proxy`, { code: 'leg-wrong', why, next: again({ leg: ['<card>'] }) });
}
