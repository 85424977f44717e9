import { createPrivateKey, createPublicKey } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { playbackKeyIn } from "../../../local/cli/playback-key";
import { temporaryFolder } from "../../temporary-folder";

const folder = temporaryFolder();

describe("the playback key of a data directory", () => {
  it("is a pair of 2048 bits, whose private key only its owner can read", () => {
    const { publicFile, privateFile } = playbackKeyIn(join(folder, "new", "data"));
    const publicKey = createPublicKey(readFileSync(publicFile));
    expect(publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
    const own = createPrivateKey(readFileSync(privateFile)).export({ type: "pkcs8", format: "pem" });
    expect(createPublicKey(own).equals(publicKey)).toBe(true);
    expect(statSync(privateFile).mode & 0o777).toBe(0o600);
  });

  it("stays the same from one start to the next", () => {
    const { publicFile } = playbackKeyIn(folder);
    const first = readFileSync(publicFile, "utf8");
    expect(readFileSync(playbackKeyIn(folder).publicFile, "utf8")).toBe(first);
  });
});
