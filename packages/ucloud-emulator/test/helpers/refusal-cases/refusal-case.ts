import type { Reply } from '../../../../../test/helpers/emulated-cloud.js';
import type { DispatchedCloud, DispatchedOptions } from '../dispatched-cloud.js';

/** A request that must be refused, at one place of the source. */
export interface RefusalCase {
  /** As `refusalSites` names it, which also is what the answer says. */
  readonly at: string;
  readonly code: number;
  /** Where the place alone does not tell what the answer says. */
  readonly says?: string;
  readonly options?: DispatchedOptions;
  readonly ask: (cloud: DispatchedCloud) => Reply;
}

type Row = readonly [at: string, code: number, ask: RefusalCase['ask'], more?: Pick<RefusalCase, 'says' | 'options'>];

export const casesOf = (rows: readonly Row[]): readonly RefusalCase[] => rows.map(([at, code, ask, more]) => ({ at, code, ask, ...more }));
