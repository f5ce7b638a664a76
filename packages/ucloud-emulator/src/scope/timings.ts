/** How long things take by the cloud's clock, in milliseconds. */
export interface Timings {
  /** Until a new host leaves `Initializing`, and then `Starting`. */
  readonly initialise: number;
  readonly start: number;
  readonly stop: number;
  readonly powerOff: number;
  readonly reboot: number;
  readonly reinstall: number;
  readonly resize: number;
  /** Local boot disks only; cloud disks are ready with the host. */
  readonly localBootDisk: number;
  readonly makeImage: number;
  readonly copyImage: number;
  readonly makeSnapshot: number;
  readonly attachDisk: number;
  readonly detachDisk: number;
  /** Addresses of a subnet stay taken for this long after their host is gone; until then it can not be deleted. */
  readonly addressLease: number;
}

/** About what people see on UCloud. The lease is never documented; "about ten minutes" is what its users report. */
export const cloudTimings: Timings = {
  initialise: 15_000,
  start: 5000,
  stop: 8000,
  powerOff: 2000,
  reboot: 10_000,
  reinstall: 20_000,
  resize: 5000,
  localBootDisk: 600_000,
  makeImage: 90_000,
  copyImage: 120_000,
  makeSnapshot: 30_000,
  attachDisk: 3000,
  detachDisk: 3000,
  addressLease: 600_000,
};
