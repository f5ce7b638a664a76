import { nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import { exposeWords, removeWords } from './expose-words.js';
import { exposureLine, isSamePort, isServed, type Exposed, type Exposure } from './exposure.js';

/** A port of a job that is exposed, is to be, or was. */
export interface ShownExposure {
  readonly exposure: Exposure;
  /** `opening`: not known to be served. `closing`: not known to be taken back. */
  readonly standing: 'served' | 'opening' | 'closing';
  /** Its address, and who reaches it. */
  readonly line: string;
  /** What goes on where a run ended early. */
  readonly next?: Hint;
}

/** All that there is to say of what is exposed: no more than what a run has seen. */
export function shownExposures(exposed: Exposed): ShownExposure[] {
  const { exposures, closing = [], addresses } = exposed;
  const lineOf = (one: Exposure): string => exposureLine(one, addresses);
  return [
    ...exposures.map((exposure): ShownExposure => {
      const line = lineOf(exposure);
      return isServed(exposed, exposure)
        ? { exposure, standing: 'served', line }
        : { exposure, standing: 'opening', line, next: againOf(exposure) };
    }),
    ...closing
      .filter((one) => !exposures.some((other) => isSamePort(one, other)))
      .map((exposure): ShownExposure => {
        return { exposure, standing: 'closing', line: lineOf(exposure), next: nomadctl`job expose ${removeWords(exposure)}` };
      }),
  ];
}

/** A certificate of a file has to be given again. */
function againOf(exposure: Exposure): Hint {
  const words = exposeWords(exposure);
  if (exposure.certificate === undefined) return nomadctl`job expose ${words}`;
  return exposure.certificate.by === 'cluster' ? nomadctl`job expose ${words} --tls cluster` : nomadctl`job expose ${words} --tls <file>`;
}
