import { DISTRIBUTION, publicKeysOf } from "./delivery";
import type { StackContext } from "./stack-context";

/**
 * Serves what the operator's command needs to know of a local pipeline, as a service named `media-pipeline`. It names
 * the file of the private key and never its content.
 *
 * @param privateKeyFile @default none
 * @param pages where each job has a page, once they are served
 */
export function serveDescription(
  { stack, gateway }: Pick<StackContext, "stack" | "gateway">,
  privateKeyFile: string | undefined,
  pages: { readonly origin?: string },
): void {
  const playback = {
    origin: `http://${stack.distributionHost}`,
    publicKeys: publicKeysOf(stack),
    privateKeyFile,
  };
  const description = {
    region: stack.homeRegion,
    stackDirectory: stack.directory,
    jobTable: stack.output("JobStatusTableName"),
    rawBucket: stack.output("RawVideosBucketName"),
    playback: stack.has(DISTRIBUTION) ? playback : undefined,
  };
  gateway.serve({
    name: "media-pipeline",
    // No role may call it.
    accessesOf: () => undefined,
    handle: (_request, response) =>
      void response
        .setHeader("content-type", "application/json")
        .end(JSON.stringify({ ...description, pagesOrigin: pages.origin })),
  });
}
