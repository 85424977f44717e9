import type { Names } from "../constructs/naming";
import type { Clients } from "./clients";
import type { LocalRun } from "./local-run";

/** A deployed pipeline, on AWS or on this machine. */
export interface Deployment {
  /** How the command line selects it, such as `--env prod`; for the commands that messages propose. */
  readonly selector: string;
  /** On this machine, where transcoding costs nothing. */
  readonly isLocal: boolean;
  readonly clients: Clients;
  readonly names: Omit<Names, "mediaBuckets" | "logBuckets">;
  /** The bucket of uploads. */
  rawBucket(): Promise<string>;
  /** The public keys that may sign playback. @throws {OperatorError} without a distribution */
  publicKeys(): Promise<readonly PublicKey[]>;
  /** The private key that signs if the command line names none. @default none */
  readonly privateKeyFile?: string | undefined;
  /** What viewers use in place of the scheme and host of the row's URLs. @default those of the row */
  readonly playbackOrigin?: string | undefined;
  /** The directory of the synthesized stack. @default unknown */
  readonly stackDirectory?: string | undefined;
  /** Serves a page for each job, which plays it. @default none */
  readonly pagesOrigin?: string | undefined;
  /** What the local pipeline tells of itself. @default none: it is on AWS */
  readonly run?: LocalRun | undefined;
}

/** A URL of the row, as a viewer of this deployment uses it. */
export function viewerUrl({ playbackOrigin }: Pick<Deployment, "playbackOrigin">, url: string): URL {
  const given = new URL(url);
  return playbackOrigin === undefined ? given : new URL(given.pathname, playbackOrigin);
}

export interface PublicKey {
  /** The value of `Key-Pair-Id`. */
  readonly id: string;
  /** SPKI in PEM. */
  readonly pem: string;
}
