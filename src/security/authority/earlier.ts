/** How much earlier than now a certificate begins: a node whose clock is a little behind takes it all the same. Milliseconds. */
export const EARLIER_MS = 5 * 60 * 1000;
