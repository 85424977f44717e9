import { synthesize } from "./synthesized";

it("nobody without delivery may list playback keys", () => {
  expect(JSON.stringify(synthesize().json)).not.toContain("cloudfront:ListPublicKeys");
});
