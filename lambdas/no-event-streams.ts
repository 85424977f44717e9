/**
 * The bundles' replacement for the SDK's event streams, which no call of the functions uses. The SDK imports them
 * dynamically as well, and of what a dynamic import reaches, esbuild keeps every unused part.
 */
export const eventStreamSerdeProvider = () => undefined;
export const resolveEventStreamSerdeConfig = <Config>(config: Config): Config => config;

/** Throws when a call with an event stream is made. */
export class EventStreamSerde {
  constructor() {
    throw new Error("This bundle has no event streams. Remove their alias from constructs/lambda-bundle.ts.");
  }
}
