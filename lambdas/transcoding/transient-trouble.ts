/** Throttling, a quota, a conflict, a fault of the service or the network: the same call can succeed later. */
export class TransientTrouble extends Error {
  readonly code = "TRANSIENT_TROUBLE";
}
