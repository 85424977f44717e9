import { readConfig } from "../../../constructs/config";
import { makeKeyFiles, playbackSettings } from "./key-files";

const key = makeKeyFiles();
const settings = playbackSettings(key);
const messageOf = (environment: Record<string, string>) => {
  try {
    readConfig(environment);
  } catch (error) {
    return (error as Error).message;
  }
  return "accepted";
};

describe("the playback settings", () => {
  it("accept one key, and two while rotating", () => {
    expect(readConfig(settings).playbackPublicKeys).toEqual([key.publicKey]);
    expect(readConfig(playbackSettings(key, makeKeyFiles())).playbackPublicKeys).toHaveLength(2);
  });

  it.each([
    ["a file that doesn't exist", "missing.pem", /can't be read \(ENOENT\)/],
    ["a file that isn't a key", __filename, /doesn't hold a public key/],
    ["a short key", makeKeyFiles(1024).publicFile, /RSA key of 2048 bits/],
    ["the same key twice", `${key.publicFile},${key.publicFile}`, /each key once/],
    ["three keys", "a,b,c", /one PEM file, or two/],
  ])("refuse %s", (_what, files, message) => {
    expect(messageOf({ ...settings, PLAYBACK_PUBLIC_KEY_FILES: files })).toMatch(message);
  });

  it.each([
    ["in a file", key.privateFile],
    ["as the value", key.privateKey],
  ])("refuse a private key %s without printing it", (_where, value) => {
    const message = messageOf({ ...settings, PLAYBACK_PUBLIC_KEY_FILES: value });
    expect(message).toMatch(/^PLAYBACK_PUBLIC_KEY_FILES=/);
    expect(message).not.toContain(key.privateKey.split("\n")[2]);
  });

  it("require listed origins", () => {
    const message = messageOf({ PLAYBACK_PUBLIC_KEY_FILES: key.publicFile });
    expect(message).toMatch(/CORS_ALLOWED_ORIGINS='\*' is not allowed with PLAYBACK_PUBLIC_KEY_FILES/);
  });

  it("refuse a domain without keys or certificate, and a certificate outside of us-east-1", () => {
    expect(messageOf({ PLAYBACK_DOMAIN: "v.example.com" })).toMatch(/without PLAYBACK_PUBLIC_KEY_FILES/);
    expect(messageOf({ ...settings, PLAYBACK_DOMAIN: "v.example.com" })).toMatch(/belong together/);
    const PLAYBACK_CERTIFICATE_ARN = "arn:aws:acm:eu-west-1:111122223333:certificate/abc";
    expect(messageOf({ ...settings, PLAYBACK_CERTIFICATE_ARN })).toMatch(/in us-east-1/);
  });
});
