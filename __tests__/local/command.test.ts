import { UsageError } from "../../local/arguments";
import { sentenceAboutNode, sentenceFor } from "../../local/command";

it.each([
  ["18.20.4", "This is Node.js 18.20.4; 20.15 or newer is needed."],
  ["20.14.0", "This is Node.js 20.14.0; 20.15 or newer is needed."],
  ["20.15.0", undefined],
  ["22.1.0", undefined],
  ["24.0.0", undefined],
])("Node.js %s: %s", (version, sentence) => {
  expect(sentenceAboutNode(version)).toBe(sentence);
});

it("a full disk is a sentence", () => {
  const error = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  expect(sentenceFor(error)).toMatch(/^The disk is full \(ENOSPC.*\)\. Make room, or use .* --data\.$/);
});

it("what the user can mend is its own sentence, and what is our fault is none", () => {
  expect(sentenceFor(new UsageError("Name a file."))).toBe("Name a file.");
  expect(sentenceFor(new TypeError("x is undefined"))).toBeUndefined();
});
