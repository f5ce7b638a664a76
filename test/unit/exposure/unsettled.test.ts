import { expect, test } from 'vitest';
import { withExposure, withoutExposures } from '../../../src/exposure/change-exposed.js';
import { nothingExposed, portKey, type Exposed, type Exposure } from '../../../src/exposure/exposure.js';
import { shownExposures } from '../../../src/exposure/shown-exposures.js';
import { doubted, everOpen, isSettled, settled, unsettled } from '../../../src/exposure/unsettled.js';
import { hintLine } from '../../helpers/hint-line.js';

const exposure = (job: string, more: Partial<Exposure> = {}): Exposure => ({
  ...{ job, namespace: 'default', port: 'http', service: job, reach: 'here', protocol: 'http', listen: 8080, host: `${job}.example` },
  ...more,
});
const [web, shop] = [exposure('web'), exposure('shop')];
const standings = (exposed: Exposed) => shownExposures(exposed).map(({ exposure: { job }, standing }) => `${job} ${standing}`);

test('what is new is not told as served until a run has come to its end', () => {
  const written = unsettled(nothingExposed, withExposure(nothingExposed, web));
  expect(standings(written)).toEqual(['web opening']);
  expect(isSettled(written)).toBe(false);
  // The same command once more, and one for something else.
  expect(unsettled(written, withExposure(written, web))).toEqual(written);
  expect(standings(unsettled(written, withExposure(written, shop)))).toEqual(['web opening', 'shop opening']);
  const done = settled(written);
  expect(standings(done)).toEqual(['web served']);
  expect(unsettled(done, withExposure(done, web))).toEqual(done);
  expect(standings(unsettled(done, withExposure(done, shop)))).toEqual(['web served', 'shop opening']);
  expect(standings(doubted(done, [web]))).toEqual(['web opening']);
});

test('what goes is remembered until all of it is taken back, by the same command', () => {
  const done = withExposure(nothingExposed, exposure('web', { isMeshed: true }));
  const written = unsettled(done, withoutExposures(done, done.exposures));
  expect(written.exposures).toEqual([]);
  expect(standings(written)).toEqual(['web closing']);
  expect(everOpen(written).exposures).toEqual(done.exposures);
  const again = unsettled(written, withoutExposures(written, everOpen(written).exposures));
  expect(again).toEqual(written);
  // Exposed once more before that: what was may have had more.
  const anew = unsettled(written, withExposure(written, web));
  expect([standings(anew), everOpen(anew).exposures]).toEqual([['web opening'], [web, ...done.exposures]]);
  expect(settled(written)).toEqual(withoutExposures(done, done.exposures));
});

test.each([
  [
    'opening',
    unsettled(nothingExposed, withExposure(nothingExposed, web)),
    'job expose web --port http --listen 8080 --protocol http --host web.example',
  ],
  [
    'with a certificate of a file',
    doubted(withExposure(nothingExposed, exposure('web', { reach: 'public', certificate: certificate('file'), from: ['192.0.2.0/24'] })), [
      web,
    ]),
    'job expose web --port http --public --listen 8080 --protocol http --host web.example --from 192.0.2.0/24 --tls <file>',
  ],
  [
    "with one of the cluster's",
    doubted(withExposure(nothingExposed, exposure('web', { namespace: 'shop', reach: 'inner', certificate: certificate('cluster') })), [
      exposure('web', { namespace: 'shop' }),
    ]),
    'job expose web --port http --namespace shop --inner --listen 8080 --protocol http --host web.example --tls cluster',
  ],
  ['closing', { ...nothingExposed, closing: [web] }, 'job expose web --port http --remove'],
])('the command that goes on: %s', (_, exposed, command) => {
  const [shown] = shownExposures(exposed);
  expect(hintLine(shown?.next)).toBe(`nomadctl ${command}`);
});

test('ports are told apart by their namespaces', () => {
  expect(portKey(web)).not.toBe(portKey(exposure('web', { namespace: 'shop' })));
});

function certificate(by: 'cluster' | 'file') {
  return { by, certificate: '', chain: '', fingerprint: 'f' };
}
