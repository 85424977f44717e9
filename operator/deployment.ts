import type { Names } from "../constructs/naming";
import type { Clients } from "./clients";

/** A deployed pipeline, on AWS or on this machine. */
export interface Deployment {
  /** How the command line selects it, such as `--env prod`; for the commands that messages propose. */
  readonly selector: string;
  readonly clients: Clients;
  readonly names: Omit<Names, "mediaBuckets" | "logBuckets">;
  /** The bucket of uploads. */
  rawBucket(): Promise<string>;
  /** The public keys that may sign playback. @throws {OperatorError} without a distribution */
  publicKeys(): Promise<readonly PublicKey[]>;
  /** The private key that signs if the command line names none. @default none */
  readonly privateKeyFile?: string;
  /** What viewers use in place of the scheme and host of the row's URLs. @default those of the row */
  readonly playbackOrigin?: string;
}

export interface PublicKey {
  /** The value of `Key-Pair-Id`. */
  readonly id: string;
  /** SPKI in PEM. */
  readonly pem: string;
}
