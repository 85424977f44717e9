import { parsePlan } from "plan-review/terraform-plan";
import { priceChange } from "../../review/price-change";

const SETTINGS = {
  LADDER_MAX_HEIGHT: "1080",
  CELLULAR_VARIANT: "false",
  FIELD_DOUBLING: "false",
  PACKAGING: "hls",
  SURROUND: "downmix",
  MEDIACONVERT_REGION: "us-east-1",
};

/** The section of a plan that changes the variables of media-processor. */
function sectionOf(before: object | null, after: object | null, change: object = {}): string {
  const values = (variables: object | null) => variables && { environment: [{ variables }] };
  const plan = {
    format_version: "1.2",
    terraform_version: "1.11.4",
    resource_changes: [
      {
        address: "module.video.aws_lambda_function.processor",
        mode: "managed",
        type: "aws_lambda_function",
        change: { actions: ["update"], before: values(before), after: values(after), ...change },
      },
    ],
  };
  return priceChange(parsePlan(JSON.stringify(plan), "The plan")).join("\n");
}

const rowOf = (section: string, source: string) =>
  section
    .split("\n")
    .find((line) => line.startsWith(`| ${source}`))
    ?.split("|")
    .slice(2, 4)
    .map((cell) => cell.trim());

describe("the price of a source minute is reviewed", () => {
  it("for a higher ladder, which costs only where the source is as large", () => {
    const section = sectionOf(SETTINGS, { ...SETTINGS, LADDER_MAX_HEIGHT: "2160" });
    expect(section).toContain("`LADDER_MAX_HEIGHT` 1080 → 2160. On-demand prices of us-east-1;");
    expect(rowOf(section, "1920×1080, 30 fps")).toEqual(["$0.0600", "$0.0600"]);
    expect(rowOf(section, "3840×2160, 30 fps")).toEqual(["$0.0600", "$0.1200 (+100%)"]);
    expect(rowOf(section, "ladder")).toEqual([
      "540p, 1080p, 720p, 432p, 360p, 234p",
      "540p, 2160p, 1440p, 1080p, 720p, 432p, 360p, 234p",
    ]);
  });

  it("for a lower ladder, another option and another price", () => {
    expect(
      rowOf(sectionOf(SETTINGS, { ...SETTINGS, LADDER_MAX_HEIGHT: "540" }), "1920×1080, 60 fps"),
    ).toEqual(["$0.0975", "$0.0375 (−62%)"]);
    const option = { ...SETTINGS, CELLULAR_VARIANT: "true" };
    expect(rowOf(sectionOf(SETTINGS, option), "1920×1080, 30 fps")).toEqual(["$0.0600", "$0.0675 (+13%)"]);
    const own = { ...SETTINGS, MEDIACONVERT_REGION: "eu-west-3", USD_PER_NORMALIZED_MINUTE: "0.009" };
    const section = sectionOf(SETTINGS, own);
    expect(section).toContain("prices of us-east-1 and eu-west-3");
    expect(rowOf(section, "1920×1080, 30 fps")).toEqual(["$0.0600", "$0.0720 (+20%)"]);
  });

  it("for doubled fields, which cost only where the source is interlaced", () => {
    const section = sectionOf(SETTINGS, { ...SETTINGS, FIELD_DOUBLING: "true" });
    expect(rowOf(section, "1920×1080, 25 fps, interlaced")).toEqual(["$0.0600", "$0.0975 (+63%)"]);
    expect(rowOf(section, "1920×1080, 30 fps")).toEqual(["$0.0600", "$0.0600"]);
  });

  it("for sound: 5.1 that is kept, normalized loudness, and CMAF", () => {
    const rowsOf = (change: object) => {
      const section = sectionOf(SETTINGS, { ...SETTINGS, ...change });
      return [rowOf(section, "1920×1080, 30 fps"), rowOf(section, "1920×1080, 30 fps, sound in 5.1")];
    };
    expect(rowsOf({ SURROUND: "keep" })).toEqual([
      ["$0.0600", "$0.0600"],
      ["$0.0600", "$0.0660 (+10%)"],
    ]);
    expect(rowsOf({ LOUDNESS_TARGET_LKFS: "-24" })[0]).toEqual(["$0.0600", "$0.1083 (+81%)"]);
    expect(rowsOf({ PACKAGING: "cmaf" })[0]).toEqual(["$0.0600", "$0.0630 (+5%)"]);
  });

  it("for a function that is created, or that was deployed before an option existed", () => {
    expect(rowOf(sectionOf(null, SETTINGS, { actions: ["create"] }), "1920×1080, 30 fps")).toEqual([
      "–",
      "$0.0600",
    ]);
    const { CELLULAR_VARIANT, FIELD_DOUBLING, PACKAGING, SURROUND, ...older } = SETTINGS;
    expect(rowOf(sectionOf(older, SETTINGS), "1920×1080, 30 fps")).toEqual(["$0.0600", "$0.0600"]);
  });

  it("with us-east-1's prices where no others are known, and says so", () => {
    const section = sectionOf(SETTINGS, { ...SETTINGS, MEDIACONVERT_REGION: "eu-west-3" });
    expect(section).toContain("On-demand prices of us-east-1, as none is known for eu-west-3;");
  });

  it("unless nothing that it depends on changes", () => {
    expect(sectionOf({ ...SETTINGS, MAX_INPUT_MINUTES: "1" }, { ...SETTINGS, MAX_INPUT_MINUTES: "2" })).toBe(
      "",
    );
    expect(sectionOf({ DB: "a" }, { DB: "b" })).toBe("");
    expect(sectionOf(SETTINGS, null, { actions: ["delete"] })).toBe("");
  });

  it("without values that are sensitive or unknown", () => {
    const higher = { ...SETTINGS, LADDER_MAX_HEIGHT: "2160" };
    const sensitive = sectionOf(SETTINGS, higher, {
      after_sensitive: { environment: [{ variables: true }] },
    });
    expect(sensitive).toContain("they are sensitive");
    expect(sensitive).not.toContain("2160");
    const unknown = sectionOf(
      SETTINGS,
      {},
      { after_unknown: { environment: [{ variables: { LADDER_MAX_HEIGHT: true } }] } },
    );
    expect(unknown).toContain("known only after apply");
  });
});
