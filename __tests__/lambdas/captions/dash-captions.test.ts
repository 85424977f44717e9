import { withCaptionSets } from "../../../lambdas/captions/dash-captions";

/** As MediaConvert writes it: on one line. */
const textSet = (label: string, media: string) =>
  `<AdaptationSet mimeType="text/vtt" lang="ja"><Label>${label}</Label><Role schemeIdUri="urn:mpeg:dash:role:2011" value="subtitle"/>` +
  `<Representation id="${media}"/></AdaptationSet>`;
const manifest = (...textSets: string[]) =>
  `<?xml version="1.0"?>\n<MPD><Period><AdaptationSet mimeType="video/mp4"><Representation id="v"/></AdaptationSet>${textSets.join("")}</Period></MPD>`;

describe("a DASH manifest", () => {
  it("offers captions by their file, with language, label and role", () => {
    const edited = withCaptionSets(manifest(), [
      { language: "ja", kind: "subtitles", uri: "captions/ja-1.vtt" },
      { language: "en", kind: "sdh", uri: "captions/en-sdh-1.vtt" },
    ]);
    expect(edited).toContain('<AdaptationSet mimeType="text/vtt" lang="ja">');
    expect(
      edited.match(/<(?:Label>[^<]*<\/Label|(?:Role|Accessibility) [^>]*\/|BaseURL>[^<]*<\/BaseURL)>/g),
    ).toEqual([
      "<Label>日本語</Label>",
      '<Role schemeIdUri="urn:mpeg:dash:role:2011" value="subtitle"/>',
      "<BaseURL>captions/ja-1.vtt</BaseURL>",
      "<Label>English (SDH)</Label>",
      '<Accessibility schemeIdUri="urn:mpeg:dash:role:2011" value="caption"/>',
      "<BaseURL>captions/en-sdh-1.vtt</BaseURL>",
    ]);
    expect(edited).toMatch(/<\/AdaptationSet><\/Period><\/MPD>$/);
  });

  it("keeps the job's captions that are still wanted, marks forced ones, and loses the others", () => {
    const made = manifest(textSet("日本語", "a"), textSet("日本語 (forced)", "b"), textSet("English", "c"));
    const edited = withCaptionSets(made, [
      { language: "ja", kind: "subtitles" },
      { language: "ja", kind: "forced" },
    ]);
    expect(edited).toBe(
      manifest(
        textSet("日本語", "a"),
        textSet("日本語 (forced)", "b").replace('"subtitle"', '"forced-subtitle"'),
      ),
    );
  });

  it("is the same after the same edit, and as before once they are removed", () => {
    const captions = [{ language: "ja", kind: "subtitles", uri: "captions/ja-1.vtt" }] as const;
    const once = withCaptionSets(manifest(), captions);
    expect(withCaptionSets(once, captions)).toBe(once);
    expect(withCaptionSets(once, [])).toBe(manifest());
  });

  it("stays XML with a language whose name has an ampersand, from the job or later", () => {
    const track = { language: "en-TT", kind: "subtitles" } as const;
    const label = "<Label>English (Trinidad &amp; Tobago)</Label>";
    expect(withCaptionSets(manifest(), [{ ...track, uri: "captions/en-TT-1.vtt" }])).toContain(label);
    const made = manifest(textSet("English (Trinidad &amp; Tobago)", "a"));
    expect(withCaptionSets(made, [track])).toBe(made);
  });
});
