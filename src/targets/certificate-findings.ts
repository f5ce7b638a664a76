import { nomadctl } from '@nomadctl/base/hint/hint';
import type { Finding } from '../programs/doctor/finding.js';
import { endsIn, THE_AUTHORITY } from './ends-in.js';
import type { SecurityReport } from './cluster-report.js';

/** Which certificates of a cluster end within a third of their life: the next `up` gives nodes others. */
export function certificateFindings(cluster: string, { ending }: SecurityReport, now: number): Finding[] {
  return ending.map(({ of, until }) => ({
    id: `certificate-${cluster}-${of.replaceAll(' ', '-')}`,
    title: `Certificate of ${of} in ${cluster}`,
    found: endsIn(until - now),
    wanted: 'more than a third of its life to go',
    ok: false,
    optional: true,
    faulty: true,
    fix: { command: of === THE_AUTHORITY ? nomadctl`rotate ca --cluster ${cluster}` : nomadctl`up ${cluster}` },
  }));
}
