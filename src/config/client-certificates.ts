import { flag } from '../options/option.js';

/** On every target whose clusters can be secured. */
export const clientCertificates = flag({ summary: 'Consul and Nomad ask everybody for a certificate', default: false });
