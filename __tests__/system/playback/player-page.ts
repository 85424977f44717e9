import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type LocalServer, serve } from "aws-stand-ins/testing/local-server";

/** Serves the page with `play(url, withCredentials)` on an origin of its own, like a website. */
export async function servePlayer(): Promise<LocalServer> {
  const hlsJs = await readFile(require.resolve("hls.js/dist/hls.min.js"));
  const page = await readFile(join(__dirname, "player.html"));
  return serve(({ url }, response) => {
    if (url === "/hls.js") return response.setHeader("content-type", "text/javascript").end(hlsJs);
    if (url !== "/") return response.writeHead(404).end();
    return response.setHeader("content-type", "text/html").end(page);
  });
}
