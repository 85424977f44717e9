import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** A deployed pipeline, on AWS or on this machine. */
export interface Deployment {
  /** Its client and the name of its job table. */
  readonly jobs: { readonly client: DynamoDBClient; readonly table: string };
  /** The public keys that may sign playback. */
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
