/**
 * The host network of clients on one computer whose ports are where every group's own network reaches them. Their other ports are on
 * loopback, and that is another one in each network of a group: sidecars would not reach each other.
 */
export const MESH_NETWORK = 'mesh';
