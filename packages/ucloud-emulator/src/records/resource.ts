/** What the cloud keeps. Records are never changed in place: a change is a new record, so that a view of the past is whole. */
export interface Resource {
  readonly id: string;
  readonly project: string;
  readonly region: string;
  readonly name: string;
  readonly tag: string;
  readonly remark: string;
  /** Milliseconds of the cloud's clock, as all times here; answers are in seconds. */
  readonly created: number;
}

/** What becomes of a record by itself, in order of time: a host that initialises, an image in the making. */
export interface Pending<T> {
  readonly at: number;
  readonly set: Partial<T>;
}

export interface Changing<T> {
  readonly pending?: readonly Pending<T>[];
}

/** How it is paid for. */
export interface Charged {
  readonly chargeType: string;
  readonly expires: number;
}
